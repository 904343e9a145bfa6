package dev.caddis.agent;

import dev.caddis.agent.config.AgentSettings;
import dev.caddis.agent.config.Availability;
import dev.caddis.agent.config.SessionSettings;
import dev.caddis.agent.config.SubscriptionSettings;
import dev.caddis.agent.config.Tls;
import dev.caddis.agent.identity.RenewSettings;
import dev.caddis.agent.identity.Renewal;
import dev.caddis.agent.source.Clocks;
import dev.caddis.agent.source.DeviceTree;
import dev.caddis.agent.source.SourceSettings;
import dev.caddis.agent.source.ThisMachine;
import dev.caddis.agent.status.Figures;
import dev.caddis.agent.status.StatusSettings;
import dev.caddis.agent.telemetry.Telemetry;
import dev.caddis.agent.telemetry.TopicSettings;
import dev.caddis.mqtt.ClientClosedException;
import dev.caddis.mqtt.ClientStatus;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MessageCounts;
import dev.caddis.mqtt.MessageHandler;
import dev.caddis.mqtt.MqttClientBuilder;
import dev.caddis.mqtt.OpenException;
import dev.caddis.mqtt.Receipt;
import dev.caddis.mqtt.TrafficCounts;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.packet.Bytes;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/// A running agent: readings of this machine to the broker, and what it subscribed to back.
///
/// [#start] returns at once, broker or not. Everything that happens is logged and told to the
/// listeners.
public final class Agent implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    /// What is received is logged, so there is no use for more.
    private static final int PACKET_BYTES = 1 << 20;

    private static final Duration CLOSE = Duration.ofSeconds(5);
    static final Duration PURGE = Duration.ofMinutes(10);
    private static final Duration SAMPLE_ENDS = Duration.ofSeconds(1);

    private final AgentLog log;
    private final StatusFeed status;
    private final Listeners listeners;
    private final AgentClient client;
    private final Telemetry telemetry;
    private final @Nullable ControlSocket control;
    private final Clocks clocks;
    private final long before; // messages that an earlier process left
    private final AtomicLong published = new AtomicLong();
    private volatile AgentSettings settings; // written by this, as the next two
    private volatile DeviceTree tree;
    private volatile OwnCertificate certificate;
    private final ReentrantLock reloading = new ReentrantLock(); // one reload at a time
    private @Nullable ClientIdentity identity; // guarded by reloading
    private @Nullable StatusReport report; // guarded by this, as the next two
    private @Nullable Renewal renewal;
    private @Nullable AgentSummary summary;

    private Agent(
            AgentSettings settings, List<AgentListener> listeners, DeviceTree tree, Clocks clocks) {
        this.settings = settings;
        this.log = new AgentLog();
        List<AgentListener> all = new ArrayList<>(listeners);
        all.addFirst(log);
        this.status = new StatusFeed(settings, this::figures, clocks);
        all.add(1, status);
        this.listeners = new Listeners(all);
        this.tree = tree;
        this.clocks = clocks;
        this.certificate = new OwnCertificate(settings.tls());
        this.identity = identity(settings.tls());
        this.client = new AgentClient(opener(settings, identity), this.listeners::onEvent);
        this.before = waiting();
        if (before > 0) {
            LOG.info(
                    "{} messages of an earlier run are in the session folder and go first", before);
        }
        Path sessionFolder = settings.store().folder();
        ControlSocket opened = null;
        try {
            opened =
                    sessionFolder == null
                            ? null
                            : ControlSocket.listen(
                                    sessionFolder, () -> client.purgeOutbox(PURGE), status::json);
            this.control = opened;
            this.telemetry = Telemetry.start(settings.topics(), tree, this::publish, clocks);
            this.renewal = renewal(settings.tls());
            tellStatus(settings.status());
        } catch (RuntimeException e) {
            if (opened != null) {
                opened.close();
            }
            client.close(Duration.ZERO);
            throw e;
        }
    }

    /// Starts every room on this machine.
    ///
    /// @throws dev.caddis.mqtt.OpenException when the files of the identity cannot be used, or the
    ///   session folder, which another process may have; then nothing runs
    public static Agent start(AgentSettings settings, AgentListener... listeners) {
        Clocks clocks = Clocks.system();
        DeviceTree tree = tree(settings, clocks);
        try {
            return new Agent(settings, List.of(listeners), tree, clocks);
        } catch (RuntimeException unusable) {
            tree.close();
            throw unusable;
        }
    }

    private static DeviceTree tree(AgentSettings settings, Clocks clocks) {
        return ThisMachine.tree(
                        new SourceSettings(settings.deviceId(), settings.sensorsRoot()), clocks)
                .build();
    }

    private AgentClient.Opener opener(AgentSettings from, @Nullable ClientIdentity who) {
        return (before, listener) -> {
            MqttClientBuilder builder = client(from).onEvent(listener);
            if (who != null) {
                builder.identity(who);
            }
            return (before == null ? builder : builder.inPlaceOf(before)).open();
        };
    }

    private static @Nullable ClientIdentity identity(@Nullable Tls tls) {
        return tls == null ? null : tls.identity();
    }

    /// Goes on as `next` says. What is the same there goes on undisturbed; what is accepted stays
    /// so. The log, which is not the agent's, is the caller's to change.
    ///
    /// @return what is another now
    /// @throws ReloadRefusedException when `next` cannot be obeyed; then nothing has changed
    public Changes reload(AgentSettings next) {
        reloading.lock(); // closing does not wait for it: a disk may hang
        try {
            Changes changes = Changes.between(settings, next);
            if (!changes.refused().isEmpty()) {
                throw new ReloadRefusedException(changes.refused());
            }
            connectBy(next, changes);
            goOnWith(next, changes);
            return changes;
        } finally {
            reloading.unlock();
        }
    }

    private void connectBy(AgentSettings next, Changes changes) {
        ClientIdentity who = changes.has(Changes.Part.TLS) ? identity(next.tls()) : identity;
        if (changes.connection()) {
            replaceClient(opener(next, who));
        } else {
            client.openNextBy(opener(next, who));
            Wanted.of(settings).difference(Wanted.of(next)).carryOut(client, this::handler);
        }
        identity = who;
    }

    private synchronized void goOnWith(AgentSettings next, Changes changes) {
        if (summary != null) {
            throw new ReloadRefusedException(List.of("the agent ends"));
        }
        if (changes.has(Changes.Part.TLS)) {
            certificate = new OwnCertificate(next.tls());
            if (renewal != null) {
                renewal.close();
            }
            renewal = renewal(next.tls());
        }
        DeviceTree before = tree;
        if (changes.has(Changes.Part.SOURCES)) {
            tree = tree(next, clocks);
        }
        if (changes.has(Changes.Part.TOPICS) || changes.has(Changes.Part.SOURCES)) {
            boolean other = !before.equals(tree);
            telemetry.change(
                    next.topics(),
                    tree,
                    () -> {
                        if (other) {
                            before.close();
                        }
                    });
        }
        status.configured(next);
        if (changes.has(Changes.Part.STATUS)) {
            tellStatus(next.status());
        }
        settings = next;
    }

    private void replaceClient(AgentClient.Opener next) {
        log.closing();
        status.closing();
        try {
            client.replace(next);
        } catch (OpenException | IllegalStateException unusable) {
            throw new ReloadRefusedException(
                    List.of(OneLine.text(String.valueOf(unusable.getMessage()))), unusable);
        } finally {
            log.reopening();
            status.reopening();
        }
    }

    private synchronized void tellStatus(@Nullable StatusSettings to) {
        status.serve(to, this::lives);
        if (report != null) {
            report.close();
            report = null;
        }
        if (to != null && to.report() != null) {
            report =
                    StatusReport.begin(
                            to.report(),
                            () -> client.status().connected(),
                            status::metrics,
                            this::submit);
        }
    }

    /// Whether it still takes samples, or waits for the next one, and has a client for them or will
    /// have one.
    public boolean lives() {
        return telemetry.lives() && client.lives();
    }

    /// How the client stands, a moment ago.
    public ClientStatus status() {
        return client.status();
    }

    /// What became of the messages published so far.
    public Tally.Counts messages() {
        return Tally.Counts.of(before, published.get(), client.counts(), waiting());
    }

    private static @Nullable Renewal renewal(@Nullable Tls tls) {
        RenewSettings how = tls == null ? null : tls.renew();
        return tls == null || how == null
                ? null
                : Renewal.start(how, () -> tls.identity().load().notAfter().orElse(null));
    }

    private Figures figures() {
        ClientStatus now = client.status();
        MessageCounts counts = client.counts();
        TrafficCounts traffic = client.traffic();
        return new Figures(
                now.outboxMessages(),
                now.openExchanges(),
                counts.acknowledged(),
                counts.possiblyRepeated(),
                counts.refused(),
                counts.dropped(),
                telemetry.refusedMessages(),
                telemetry.missedSamples(),
                now.unmatched(),
                telemetry.failedReadings().byPath(),
                certificate.end(),
                traffic.sentBytes(),
                traffic.receivedBytes(),
                traffic.journalBytes());
    }

    /// The port of the status server; -1 when there is none.
    int statusPort() {
        return status.port();
    }

    private long waiting() {
        ClientStatus now = client.status();
        return now.outboxMessages() + now.openExchanges();
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
        status.closing();
        if (control != null) {
            control.close();
        }
        if (renewal != null) {
            renewal.close();
        }
        if (report != null) {
            report.close();
        }
        long begun = System.nanoTime();
        telemetry.close(smaller(SAMPLE_ENDS, timeout));
        Duration left = timeout.minusNanos(System.nanoTime() - begun);
        client.close(left.isNegative() ? Duration.ZERO : left);
        status.close();
        tree.close();
        done =
                new AgentSummary(
                        messages(),
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
        listeners.onPublish(message, submit(message)); // a refusal is counted by the telemetry
    }

    private Receipt submit(Message message) {
        Receipt receipt = client.submit(message);
        published.incrementAndGet();
        return receipt;
    }

    private MqttClientBuilder client(AgentSettings settings) {
        SessionSettings session = settings.session();
        MqttClientBuilder builder =
                BrokerAccess.builder(settings.brokers(), null)
                        .clientId(session.clientId())
                        .keepAlive(session.keepAlive())
                        .sessionExpiry(session.expiry())
                        .reconnect(session.reconnect().min(), session.reconnect().max())
                        .stableAfter(session.reconnect().stableAfter())
                        .maximumPacketSize(PACKET_BYTES);
        StoreAccess.keep(builder, settings.store());
        BrokerAccess.speak(builder, session.mqtt());
        announce(settings.availability(), builder);
        Wanted.of(settings)
                .filters()
                .forEach((filter, as) -> builder.subscribe(filter, as.qos(), handler(filter, as)));
        return builder;
    }

    private MessageHandler handler(String filter, Wanted.As as) {
        return as.forUser()
                ? delivery -> {
                    listeners.onMessage(delivery);
                    status.onMessage(filter, delivery);
                }
                : delivery -> {};
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
        }
    }

    private static Message state(Availability availability, String payload) {
        return Message.of(availability.topic(), payload)
                .qos(availability.qos())
                .retained(availability.retain());
    }
}
