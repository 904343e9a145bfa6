package dev.caddis.agent;

import dev.caddis.agent.config.AgentSettings;
import dev.caddis.agent.config.Availability;
import dev.caddis.agent.config.SessionSettings;
import dev.caddis.agent.config.SubscriptionSettings;
import dev.caddis.agent.source.Clocks;
import dev.caddis.agent.source.DeviceTree;
import dev.caddis.agent.source.SourceSettings;
import dev.caddis.agent.source.ThisMachine;
import dev.caddis.agent.telemetry.Telemetry;
import dev.caddis.agent.telemetry.TopicSettings;
import dev.caddis.mqtt.ClientClosedException;
import dev.caddis.mqtt.ClientStatus;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder;
import dev.caddis.mqtt.Receipt;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Qos;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A running agent: readings of this machine to the broker, and what it subscribed to back.
///
/// [#start] returns at once, broker or not. Everything that happens is logged and told to the
/// listeners.
public final class Agent implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    /// What is received is logged, so there is no use for more.
    private static final int PACKET_BYTES = 1 << 20;

    private static final int OUTBOX_MESSAGES = 10_000;
    private static final long OUTBOX_BYTES = 64L << 20;
    private static final Duration CLOSE = Duration.ofSeconds(5);
    private static final Duration SAMPLE_ENDS = Duration.ofSeconds(1);
    private static final Duration OUTCOMES_ARE_TOLD = Duration.ofMillis(200);

    private final AgentSettings settings;
    private final AgentLog log;
    private final Listeners listeners;
    private final DeviceTree tree;
    private final MqttClient client;
    private final Telemetry telemetry;
    private final Tally tally = new Tally();
    private @Nullable AgentSummary summary; // guarded by this

    private Agent(
            AgentSettings settings, List<AgentListener> listeners, DeviceTree tree, Clocks clocks) {
        this.settings = settings;
        this.log = new AgentLog();
        List<AgentListener> all = new ArrayList<>(listeners);
        all.addFirst(log);
        this.listeners = new Listeners(all);
        this.tree = tree;
        this.client = client(settings, this.listeners).open();
        this.telemetry = Telemetry.start(settings.topics(), tree, this::publish, clocks);
    }

    /// Starts every room on this machine.
    ///
    /// @throws dev.caddis.mqtt.OpenException when the files of the identity cannot be used; then
    ///   nothing runs
    public static Agent start(AgentSettings settings, AgentListener... listeners) {
        Clocks clocks = Clocks.system();
        DeviceTree tree =
                ThisMachine.tree(
                                new SourceSettings(settings.deviceId(), settings.sensorsRoot()),
                                clocks)
                        .build();
        try {
            return new Agent(settings, List.of(listeners), tree, clocks);
        } catch (RuntimeException unusable) {
            tree.close();
            throw unusable;
        }
    }

    /// How the client stands, a moment ago.
    public ClientStatus status() {
        return client.status();
    }

    /// What became of the messages published so far.
    public Tally.Counts messages() {
        return tally.counts();
    }

    /// The device tree it reads.
    public DeviceTree tree() {
        return tree;
    }

    /// Ends every subscription and waits for the broker's confirmation of each.
    ///
    /// @throws dev.caddis.mqtt.DeadlineException when one did not come within `timeout`
    /// @throws ClientClosedException when the agent is closed
    public void unsubscribe(Duration timeout) {
        for (SubscriptionSettings each : settings.subscriptions()) {
            client.unsubscribe(each.filter(), timeout);
        }
    }

    /// As [#close(Duration)] with 5 seconds.
    @Override
    public void close() {
        close(CLOSE);
    }

    /// Stops in reverse: samples end, what was accepted is delivered as far as `timeout` allows,
    /// "offline" is published, the connection ends cleanly. Of `timeout` a sample in progress gets
    /// 1 second at most, then it is given up. A second call returns what the first did.
    public synchronized AgentSummary close(Duration timeout) {
        AgentSummary done = summary;
        if (done != null) {
            return done;
        }
        log.closing();
        long begun = System.nanoTime();
        telemetry.close(smaller(SAMPLE_ENDS, timeout));
        Duration left = timeout.minusNanos(System.nanoTime() - begun);
        client.close(left.isNegative() ? Duration.ZERO : left);
        tree.close();
        try {
            tally.awaitSettled(OUTCOMES_ARE_TOLD); // on threads of their own
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        done =
                new AgentSummary(
                        tally.counts(),
                        telemetry.failedReadings().total(),
                        telemetry.missedSamples(),
                        telemetry.refusedMessages());
        summary = done;
        LOG.info("stopped: {}", done);
        return done;
    }

    private static Duration smaller(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private void publish(TopicSettings topic, Bytes payload) {
        Message message =
                Message.of(topic.topic(), payload).qos(topic.qos()).retained(topic.retain());
        log.publishing(message);
        Receipt receipt = client.submit(message); // what it refuses is counted by the telemetry
        tally.add(receipt);
        listeners.onPublish(message, receipt);
    }

    private static MqttClientBuilder client(AgentSettings settings, Listeners listeners) {
        SessionSettings session = settings.session();
        MqttClientBuilder builder =
                BrokerAccess.builder(settings.broker(), settings.tls())
                        .clientId(session.clientId())
                        .keepAlive(session.keepAlive())
                        .sessionExpiry(session.expiry())
                        .reconnect(session.reconnect().min(), session.reconnect().max())
                        .stableAfter(session.reconnect().stableAfter())
                        .maximumPacketSize(PACKET_BYTES)
                        .outbox(
                                OUTBOX_MESSAGES,
                                OUTBOX_BYTES,
                                MqttClientBuilder.WhenFull.DROP_OLDEST)
                        .onEvent(listeners::onEvent);
        BrokerAccess.speak(builder, session.mqtt());
        announce(settings.availability(), builder);
        for (SubscriptionSettings each : settings.subscriptions()) {
            builder.subscribe(each.filter(), each.qos(), listeners::onMessage);
        }
        return builder;
    }

    /// The will and "offline" are one message, said by the broker or by us.
    private static void announce(Availability availability, MqttClientBuilder builder) {
        if (!availability.enabled()) {
            return;
        }
        Message offline = state(availability, availability.offline());
        builder.will(offline).offline(offline);
        if (!availability.online().isEmpty()) {
            builder.birth(state(availability, availability.online()));
            // A broker may speak the will of a lost connection after the birth of the next one: the
            // client sees that only where it listens, and says its birth again (F39).
            builder.subscribe(availability.topic(), Qos.AT_LEAST_ONCE, delivery -> {});
        }
    }

    private static Message state(Availability availability, String payload) {
        return Message.of(availability.topic(), payload)
                .qos(availability.qos())
                .retained(availability.retain());
    }
}
