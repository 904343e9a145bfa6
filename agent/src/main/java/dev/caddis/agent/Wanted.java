package dev.caddis.agent;

import dev.caddis.agent.config.AgentSettings;
import dev.caddis.agent.config.Availability;
import dev.caddis.agent.config.SubscriptionSettings;
import dev.caddis.mqtt.ClientClosedException;
import dev.caddis.mqtt.DeadlineException;
import dev.caddis.mqtt.MessageHandler;
import dev.caddis.mqtt.packet.Qos;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.BiFunction;

/// Which filters an agent wants from its broker: those of the configuration, and that of its own
/// state message.
record Wanted(SequencedMap<String, As> filters) {

    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    /// How a filter is wanted.
    ///
    /// @param forUser whether the configuration asks for it; else nobody looks at what arrives
    record As(Qos qos, boolean forUser) {}

    Wanted {
        filters = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(filters));
    }

    static Wanted of(AgentSettings settings) {
        SequencedMap<String, As> filters = new LinkedHashMap<>();
        Availability availability = settings.availability();
        if (availability.enabled() && !availability.online().isEmpty()) {
            // A broker may speak the will of a lost connection after the birth of the next one: the
            // client sees that only where it listens, and says its birth again (F39).
            filters.put(availability.topic(), new As(Qos.AT_LEAST_ONCE, false));
        }
        for (SubscriptionSettings each : settings.subscriptions()) {
            filters.put(each.filter(), new As(each.qos(), true));
        }
        return new Wanted(filters);
    }

    /// What leads from here to `next`.
    Difference difference(Wanted next) {
        SequencedMap<String, As> added = new LinkedHashMap<>(next.filters);
        added.entrySet().removeAll(filters.entrySet());
        return new Difference(
                filters.keySet().stream().filter(each -> !next.filters.containsKey(each)).toList(),
                added);
    }

    /// @param ended filters that are wanted no more
    /// @param added filters that are new, or wanted otherwise
    record Difference(List<String> ended, SequencedMap<String, As> added) {

        /// Asks `client` for it. Does not wait for the broker.
        void carryOut(AgentClient client, BiFunction<String, As, MessageHandler> handlers) {
            for (String filter : ended) {
                try {
                    client.unsubscribe(filter, Duration.ZERO);
                } catch (DeadlineException | ClientClosedException later) {
                    LOG.debug("{} is unwanted, and the broker not told yet", filter, later);
                }
            }
            added.forEach(
                    (filter, as) -> client.subscribe(filter, as.qos(), handlers.apply(filter, as)));
        }
    }
}
