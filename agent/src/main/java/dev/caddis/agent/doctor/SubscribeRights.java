package dev.caddis.agent.doctor;

import dev.caddis.agent.config.AgentSettings;
import dev.caddis.agent.config.Availability;
import dev.caddis.mqtt.ProbeException;
import dev.caddis.mqtt.event.ConnectionFailure.Kind;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.Suback;
import dev.caddis.mqtt.packet.Subscribe;
import dev.caddis.mqtt.packet.SubscriptionOptions;
import dev.caddis.mqtt.packet.SubscriptionOptions.RetainHandling;
import dev.caddis.mqtt.packet.Unsuback;
import dev.caddis.mqtt.packet.Unsubscribe;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// May each filter be subscribed to? SUBSCRIBE, and UNSUBSCRIBE at once: what arrives in between is
/// thrown away. A shared filter is asked for in a group of the doctor's own, so that nothing is
/// taken from the agent.
final class SubscribeRights {

    private static final Duration ALL = Duration.ofSeconds(4);
    private static final Duration RETAINED = Duration.ofMillis(300);

    private final AgentSettings settings;
    private final Report report;
    private final TimeLeft time;
    private @Nullable Bytes state;

    SubscribeRights(AgentSettings settings, Report report, TimeLeft time) {
        this.settings = settings;
        this.report = report;
        this.time = time.within(ALL);
    }

    /// What is retained at the topic of the state; `null`: nothing, or it may not be seen.
    @Nullable Bytes state() {
        return state;
    }

    /// @return whether the connection is still there
    boolean tell(Conversation talk) {
        Map<String, Qos> filters = filters();
        if (filters.isEmpty()) {
            report.tell(Finding.notTried(Step.SUBSCRIBE, "no subscription is configured"));
            return true;
        }
        int id = 1;
        for (Map.Entry<String, Qos> each : filters.entrySet()) {
            try {
                report.tell(asked(talk, each.getKey(), each.getValue(), id).about(each.getKey()));
            } catch (Conversation.HungUp end) {
                report.tell(hungUp(end).about(each.getKey()));
                return false;
            } catch (ProbeException end) {
                report.tell(Approach.failure(Step.SUBSCRIBE, end.failure()).about(each.getKey()));
                return false;
            }
            id++;
        }
        return true;
    }

    /// As the agent does: the state too, to say its birth again.
    private Map<String, Qos> filters() {
        var filters = new LinkedHashMap<String, Qos>();
        settings.subscriptions().forEach(each -> filters.put(each.filter(), each.qos()));
        Availability availability = settings.availability();
        if (availability.enabled() && !availability.online().isEmpty()) {
            filters.putIfAbsent(availability.topic(), Qos.AT_LEAST_ONCE);
        }
        return filters;
    }

    private Finding asked(Conversation talk, String filter, Qos qos, int id)
            throws Conversation.HungUp {
        boolean ofState = filter.equals(settings.availability().topic());
        String own = ownGroup(filter, talk.limits().hashCode());
        var options =
                talk.isVersion5() && !ofState
                        ? new SubscriptionOptions(qos, false, false, RetainHandling.DO_NOT_SEND)
                        : SubscriptionOptions.of(qos); // 3.1.1 knows the QoS alone
        long begun = time.now();
        Suback answer =
                talk.ask(
                        new Subscribe(
                                id, List.of(new Subscribe.Request(own, options)), null, List.of()),
                        time,
                        packet -> {
                            keepState(packet);
                            return packet instanceof Suback it && it.packetId() == id ? it : null;
                        });
        ReasonCode granted = answer.reasons().getFirst();
        if (granted.isError()) {
            String said = answer.reasonString();
            return Finding.failed(
                            Step.SUBSCRIBE,
                            "the broker refuses it: "
                                    + Hello.words(granted)
                                    + (said == null ? "" : " (" + said + ")"),
                            "allow this device to subscribe to it on the broker, or correct the"
                                    + " filter")
                    .took(time.since(begun));
        }
        if (ofState && state == null) {
            awaitRetained(talk);
        }
        talk.ask(
                new Unsubscribe(id, List.of(own), List.of()),
                time,
                packet -> packet instanceof Unsuback it && it.packetId() == id ? it : null);
        return granted.value() < qos.level()
                ? Finding.warning(
                        Step.SUBSCRIBE,
                        "granted with QoS %d, asked for with %d"
                                .formatted(granted.value(), qos.level()),
                        "write qos: " + granted.value() + ", or raise what the broker allows")
                : Finding.ok(
                                Step.SUBSCRIBE,
                                "granted with QoS "
                                        + granted.value()
                                        + (own.equals(filter) ? "" : " as " + own))
                        .took(time.since(begun));
    }

    /// It follows SUBACK, if there is one.
    private void awaitRetained(Conversation talk) throws Conversation.HungUp {
        try {
            talk.await(time.within(RETAINED), packet -> keepState(packet) ? packet : null);
        } catch (ProbeException late) {
            if (late.failure().kind() != Kind.TIMED_OUT) {
                throw late;
            }
        }
    }

    private boolean keepState(Packet packet) {
        if (packet instanceof Publish message
                && message.topic().equals(settings.availability().topic())
                && message.retain()) {
            state = message.payload();
            return true;
        }
        return false;
    }

    /// `$share/doctor-1a2b/FILTER`: in the agent's group we would take messages from it.
    private static String ownGroup(String filter, int salt) {
        if (!filter.startsWith("$share/")) {
            return filter;
        }
        int end = filter.indexOf('/', "$share/".length());
        return "$share/doctor-" + Integer.toHexString(salt & 0xFFFF) + filter.substring(end);
    }

    static Finding hungUp(Conversation.HungUp end) {
        return Finding.failed(
                Step.SUBSCRIBE,
                "the broker ended the connection instead of an answer: "
                        + Hello.words(end.reason()),
                "allow it on the broker, or correct the filter");
    }
}
