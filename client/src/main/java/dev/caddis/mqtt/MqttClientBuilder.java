package dev.caddis.mqtt;

import dev.caddis.mqtt.codec.PacketWriter;
import dev.caddis.mqtt.engine.Credentials;
import dev.caddis.mqtt.engine.Engine;
import dev.caddis.mqtt.engine.EngineSettings;
import dev.caddis.mqtt.engine.Handler;
import dev.caddis.mqtt.engine.Way;
import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.identity.IdentityException;
import dev.caddis.mqtt.packet.Auth;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.SubscriptionOptions;
import dev.caddis.mqtt.packet.TopicFilter;
import dev.caddis.mqtt.packet.UserProperty;
import dev.caddis.mqtt.packet.Will;
import dev.caddis.mqtt.session.BackoffSettings;
import dev.caddis.mqtt.session.BrokerGroup;
import dev.caddis.mqtt.session.Deadlines;
import dev.caddis.mqtt.session.HandlerDeadline;
import dev.caddis.mqtt.session.Mqtt5Options;
import dev.caddis.mqtt.session.OutboxBounds;
import dev.caddis.mqtt.session.SessionSettings;
import dev.caddis.mqtt.store.FolderDisk;
import dev.caddis.mqtt.store.JournalSettings;
import dev.caddis.mqtt.store.JournalStore;
import dev.caddis.mqtt.store.MemoryStore;
import dev.caddis.mqtt.store.SessionStore;
import dev.caddis.mqtt.store.StoreException;
import dev.caddis.mqtt.transport.Dial;
import dev.caddis.mqtt.transport.Endpoint;
import dev.caddis.mqtt.transport.ProxyServer;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/// Says how a client is to be, then opens it. Not thread-safe. Values are checked by [#open], but
/// for those of methods that name an exception of their own.
public final class MqttClientBuilder {

    private static final long SEGMENT_BYTES_MIN = 64 << 10;
    private static final long SEGMENT_BYTES_MAX = 8 << 20;
    private static final long RECENT_BYTES = 5 << 20;

    private static final Duration IDENTITY_CHECK_MIN = Duration.ofMillis(100);
    private static final Duration IDENTITY_CHECK_MAX = Duration.ofDays(1);

    /// Gives a password at each attempt to connect.
    @FunctionalInterface
    public interface PasswordSource {
        /// @throws IOException when it cannot be read now; the attempt fails and is repeated later
        byte[] read() throws IOException;
    }

    private record Bound(
            TopicFilter filter,
            SubscriptionOptions options,
            dev.caddis.mqtt.engine.ManualHandler handler) {}

    private List<BrokerAddress> brokers = List.of();
    private boolean followReferrals = true;
    private @Nullable String clientId;
    private @Nullable ClientIdentity identity;
    private Duration identityCheck = Duration.ofSeconds(5);
    private @Nullable Engine earlier;
    private @Nullable List<String> alpn;
    private @Nullable String userName;
    private @Nullable PasswordSource password;
    private @Nullable String proxy;
    private @Nullable String proxyUser;
    private @Nullable PasswordSource proxyPassword;
    private @Nullable Authenticator authenticator;
    private @Nullable ProtocolVersion version;
    private @Nullable Message will;
    private Duration willDelay = Duration.ZERO;
    private @Nullable Message birth;
    private @Nullable Message offline;
    private Duration keepAlive = Duration.ofSeconds(60);
    private Duration sessionExpiry = Duration.ofHours(1);
    private @Nullable Path session;
    private Durability durability = Durability.POWER;
    private long minFreeDisk = 64L << 20;
    private int receiveMaximum = 1000;
    private int incomingTopicAliases = Mqtt5Options.DEFAULT.topicAliasMaximum();
    private int outgoingTopicAliases = Mqtt5Options.DEFAULT.outgoingTopicAliases();
    private boolean subscriptionIdentifiers = true;
    private boolean requestResponseInformation;
    private boolean resendWhenSessionLost;
    private Duration handlerDeadline = HandlerDeadline.DEFAULT.within();
    private WhenHandlerLate whenHandlerLate = WhenHandlerLate.TELL;
    private int maximumPacketSize = 16 << 20;
    private int maxInFlight = 1000;
    private Duration reconnectMin = Duration.ofMillis(500);
    private Duration reconnectMax = Duration.ofMinutes(2);
    private int reconnectAttempts;
    private Duration stableAfter = Duration.ofSeconds(30);
    private Duration subscribeRetryMin = Duration.ofMillis(500);
    private Duration subscribeRetryMax = Duration.ofSeconds(5);
    private int subscribeAttempts = 6;
    private long outboxMessages = 10_000;
    private long outboxBytes = 64L << 20;
    private WhenFull whenFull = WhenFull.BLOCK;
    private @Nullable Duration maxAge;
    private boolean keepQos0;
    private Duration publishTimeout = Duration.ofSeconds(30);
    private Duration resolveTimeout = Deadlines.DEFAULT.resolve();
    private Duration connectTimeout = Deadlines.DEFAULT.connect();
    private Duration handshakeTimeout = Deadlines.DEFAULT.handshake();
    private Duration connackTimeout = Deadlines.DEFAULT.connack();
    private Duration subackTimeout = Deadlines.DEFAULT.suback();
    private Duration unsubackTimeout = Deadlines.DEFAULT.unsuback();
    private Duration pubackTimeout = Deadlines.DEFAULT.puback();
    private Duration pingTimeout = Deadlines.DEFAULT.pingresp();
    private Duration writeTimeout = Deadlines.DEFAULT.write();
    private Duration disconnectTimeout = Deadlines.DEFAULT.disconnect();
    private Duration closeTimeout = Deadlines.DEFAULT.close();
    private @Nullable MessageHandler fallback;
    private final List<UserProperty> connectUserProperties = new ArrayList<>();
    private final List<Bound> bound = new ArrayList<>();
    private final List<Consumer<? super ClientEvent>> listeners = new ArrayList<>();

    MqttClientBuilder() {}

    /// What happens to a message for which the outbox has no room.
    public enum WhenFull {
        /// The caller waits, `publishTimeout` at most, then gets [OutboxFullException]. The
        /// default.
        BLOCK,
        /// The oldest message of the outbox is given up.
        DROP_OLDEST,
        /// The new message is given up; its receipt fails.
        DROP_NEWEST,
        /// The caller gets [OutboxFullException] at once.
        REJECT
    }

    /// Where the broker is: `mqtts://HOST[:8883]` over TLS, `mqtt://HOST[:1883]` in the clear; in a
    /// WebSocket `wss://HOST[:443]/PATH` and `ws://HOST[:80]/PATH`, the path `/mqtt` where none is
    /// given. Required, unless [#brokers] is.
    public MqttClientBuilder broker(String url) {
        return brokers(BrokerAddress.of(url));
    }

    /// A group of brokers, tried in this order: an attempt that fails passes the turn on to the
    /// next one, a connection that is lost is sought at the same one first. A new process begins
    /// with the one that holds the session.
    ///
    /// Among those with [BrokerAddress#sharedSession] the session is resumed. To move between
    /// others is what a broker that lost the session is: see [ClientEvent.SessionLost]. Either all
    /// are encrypted or none.
    public MqttClientBuilder brokers(BrokerAddress... brokers) {
        this.brokers = List.of(brokers);
        return this;
    }

    /// Whether a broker that is reached over TLS may send us to another server (Server Reference of
    /// MQTT 5): on by default. The other one is reached in the same way and has to prove itself by
    /// the same trust; it gets the same user name and password. At most three send us on in a row,
    /// and where one does not answer, it is the group's turn again. A plain broker is never
    /// followed.
    public MqttClientBuilder followReferrals(boolean followed) {
        followReferrals = followed;
        return this;
    }

    /// A proxy on the way to the broker: `http://HOST[:3128]` (CONNECT) or `socks5://HOST[:1080]`.
    /// It finds the broker's address, and sees nothing of what TLS carries. Left out: none,
    /// whatever the environment says.
    public MqttClientBuilder proxy(String url) {
        return proxy(url, null, null);
    }

    /// As [#proxy(String)], for a proxy that wants a user name and a password: Basic authentication
    /// for `http`, RFC 1929 for `socks5`. Both go to the proxy in the clear.
    ///
    /// @param password asked at each attempt to connect, its bytes UTF-8
    public MqttClientBuilder proxy(
            String url, @Nullable String userName, @Nullable PasswordSource password) {
        proxy = url;
        proxyUser = userName;
        proxyPassword = password;
        return this;
    }

    /// The name under which the broker keeps the session; one client at a time may use it.
    /// Required; empty: the broker assigns one, told as
    /// [dev.caddis.mqtt.event.ClientEvent.ClientIdAssigned] and kept as long as this client lives.
    /// In MQTT 3.1.1 an empty one goes with a session expiry of zero only.
    public MqttClientBuilder clientId(String clientId) {
        this.clientId = clientId;
        return this;
    }

    /// Certificates for TLS. Left out: the system's CAs, and no client certificate. The files are
    /// read anew at each attempt to connect, and watched ([#identityCheck]).
    public MqttClientBuilder identity(ClientIdentity identity) {
        this.identity = identity;
        return this;
    }

    /// How often the files of the identity are looked at while the client runs; 5 seconds by
    /// default, at least 100 ms. What changed is used from the next connection on. While there is
    /// one, it is first tried by a TLS handshake on a second connection, and then the session goes
    /// over to it ([dev.caddis.mqtt.event.ClientEvent.IdentityChanged]); what cannot be read or is
    /// refused is not used ([dev.caddis.mqtt.event.ClientEvent.IdentityKept]). Files that do not
    /// fit together have three of these times to become whole.
    public MqttClientBuilder identityCheck(Duration every) {
        identityCheck = every;
        return this;
    }

    /// Opens the client in the place of `earlier`, which is closed. With the same [ClientIdentity],
    /// not only an equal one, it goes on as `earlier` would have: the certificate and key with
    /// which that was last connected stay in use where the files cannot be read or were refused,
    /// and files that cannot be used now are no reason not to open.
    public MqttClientBuilder inPlaceOf(MqttClient earlier) {
        this.earlier = earlier.engine();
        return this;
    }

    /// Protocols that the TLS handshake offers (ALPN), preferred first; called without any: none. A
    /// server that picks none is accepted.
    ///
    /// Left out: `x-amzn-mqtt-ca`, or `mqtt` without a client certificate, for a host under
    /// `amazonaws.com` on port 443, and none for every other.
    public MqttClientBuilder alpn(String... protocols) {
        alpn = List.of(protocols);
        return this;
    }

    /// The name that goes with [#password], in every CONNECT; none by default. At most 65,535 bytes
    /// of UTF-8 without U+0000, else no attempt succeeds
    /// ([dev.caddis.mqtt.event.ClientEvent.ConnectFailed]). MQTT 3.1.1 has no password without one.
    public MqttClientBuilder userName(String userName) {
        this.userName = userName;
        return this;
    }

    /// Asked at each attempt to connect.
    public MqttClientBuilder password(PasswordSource password) {
        this.password = password;
        return this;
    }

    /// Authenticates by a method of MQTT 5 that both sides agree on.
    public MqttClientBuilder authenticator(Authenticator authenticator) {
        this.authenticator = authenticator;
        return this;
    }

    /// Speaks this version only. Left out: MQTT 5, and 3.1.1 where the broker refuses that.
    public MqttClientBuilder version(ProtocolVersion version) {
        this.version = version;
        return this;
    }

    /// What the broker publishes when this client vanishes.
    public MqttClientBuilder will(Message will) {
        this.will = will;
        return this;
    }

    /// How long the broker waits before it publishes the will, in whole seconds; zero by default.
    /// [#open] refuses another without a [#will]. MQTT 5.
    public MqttClientBuilder willDelay(Duration delay) {
        willDelay = delay;
        return this;
    }

    /// Published on every connect before anything else, at QoS 1 at most. It belongs to the
    /// connection, not to the outbox.
    public MqttClientBuilder birth(Message birth) {
        this.birth = birth;
        return this;
    }

    /// Published before a clean disconnect, at QoS 1 at most; where it gets no answer, the will
    /// speaks instead.
    public MqttClientBuilder offline(Message offline) {
        this.offline = offline;
        return this;
    }

    /// 0 to 65,535 s; 0 switches it off. 60 s by default; the broker may set another.
    public MqttClientBuilder keepAlive(Duration keepAlive) {
        this.keepAlive = keepAlive;
        return this;
    }

    /// How long the broker keeps the session while we are away; 1 hour by default. Zero: every
    /// connection has a session of its own, and nothing is resumed.
    public MqttClientBuilder sessionExpiry(Duration expiry) {
        sessionExpiry = expiry;
        return this;
    }

    /// Keeps the session in `folder`, which is made if it is not there: what was accepted survives
    /// the process and a power cut, and the next client that is opened with this folder and the
    /// same client id goes on with it. One client at a time may have it. Left out, the session
    /// lives as long as the client.
    public MqttClientBuilder session(Path folder) {
        session = folder;
        return this;
    }

    /// What an accepted message survives where there is a session folder: a power cut by default.
    public MqttClientBuilder durability(Durability durability) {
        this.durability = durability;
        return this;
    }

    /// Free bytes of the disk, below which the outbox grows no more, so that a full disk stops
    /// neither this client nor others: the policy of a full outbox applies. 64 MiB by default.
    public MqttClientBuilder minFreeDisk(long bytes) {
        minFreeDisk = bytes;
        return this;
    }

    /// QoS 1 and 2 messages the broker may have in flight to us; 1000 by default. MQTT 5.
    ///
    /// A broker that sends more is disconnected with 0x93 `[MQTT-3.3.4-9]`. Since it would do so
    /// again at every attempt, as Mosquitto 2.0.11 does with a long queue, later connections
    /// announce 65,535; what waits for handlers is then bounded by its bytes.
    public MqttClientBuilder receiveMaximum(int receiveMaximum) {
        this.receiveMaximum = receiveMaximum;
        return this;
    }

    /// Topic aliases that may stand for topics, so that a long topic is sent once a connection: at
    /// most `incoming` from the broker and `outgoing` to it, 64 each by default, 0 for none. MQTT
    /// 5.
    public MqttClientBuilder topicAliases(int incoming, int outgoing) {
        incomingTopicAliases = incoming;
        outgoingTopicAliases = outgoing;
        return this;
    }

    /// Whether each filter is asked for with an identifier, by which a broker names the
    /// subscriptions that a message is for; on by default, where the broker has them. Off: each
    /// message goes to every handler whose filter matches, as many times as the broker sends it.
    /// MQTT 5.
    public MqttClientBuilder subscriptionIdentifiers(boolean used) {
        subscriptionIdentifiers = used;
        return this;
    }

    /// Asks the broker where responses may be sent; it may answer with
    /// [dev.caddis.mqtt.event.ClientEvent.ResponseInformation]. MQTT 5; left out over 3.1.1, whose
    /// CONNECT has no place for it.
    public MqttClientBuilder requestResponseInformation() {
        requestResponseInformation = true;
        return this;
    }

    /// How long a message of QoS 1 or 2 may wait for its handler, or for its acknowledgement, and
    /// what happens then; one minute and TELL by default. 0 to 3,650 days, counted from when it was
    /// delivered.
    public MqttClientBuilder handlerDeadline(Duration within, WhenHandlerLate whenLate) {
        handlerDeadline = within;
        whenHandlerLate = whenLate;
        return this;
    }

    /// Publishes a QoS 2 message again whose arrival the broker had confirmed (PUBREC) before it
    /// lost the session: it may then arrive twice. By default that message counts as delivered.
    public MqttClientBuilder resendWhenSessionLost() {
        resendWhenSessionLost = true;
        return this;
    }

    /// Bytes of the largest packet we take; 16 MiB by default.
    public MqttClientBuilder maximumPacketSize(int bytes) {
        maximumPacketSize = bytes;
        return this;
    }

    /// Messages sent and not yet answered, at most; 1000 by default, and never more than the broker
    /// allows.
    public MqttClientBuilder maxInFlight(int messages) {
        maxInFlight = messages;
        return this;
    }

    /// Windows of the pause between attempts: each pause is uniform in 0 to the window, which
    /// doubles from `min`, more than 0, to `max`, `min` to 3,650 days. 500 ms and 2 minutes by
    /// default.
    public MqttClientBuilder reconnect(Duration min, Duration max) {
        reconnectMin = min;
        reconnectMax = max;
        return this;
    }

    /// Gives up after this many attempts in a row; 0, the default, is never.
    public MqttClientBuilder reconnectAttempts(int attempts) {
        reconnectAttempts = attempts;
        return this;
    }

    /// A connection that lasted this long makes the pauses short again; 30 s by default.
    public MqttClientBuilder stableAfter(Duration duration) {
        stableAfter = duration;
        return this;
    }

    /// How a refused or unanswered SUBSCRIBE is repeated on one connection; 500 ms to 5 s and 6
    /// times in all by default.
    ///
    /// @param min the first window of the pause, more than 0; as in [#reconnect]
    /// @param max the largest, `min` to 3,650 days
    /// @param attempts how often in all, then the filter rests until the next connection; 0 is
    ///   without end
    public MqttClientBuilder subscribeRetry(Duration min, Duration max, int attempts) {
        subscribeRetryMin = min;
        subscribeRetryMax = max;
        subscribeAttempts = attempts;
        return this;
    }

    /// Bounds of the outbox: 10,000 messages, and 64 MiB of topics, payloads and properties and 128
    /// bytes a message, by default. With a session folder it is on the disk, which takes up to 1.6
    /// times as many bytes.
    public MqttClientBuilder outbox(long maxMessages, long maxBytes, WhenFull whenFull) {
        outboxMessages = maxMessages;
        outboxBytes = maxBytes;
        this.whenFull = whenFull;
        return this;
    }

    /// A message that has waited longer in the outbox is dropped and told as TOO_OLD, processes
    /// that ended meanwhile included; more than 0, and without end by default.
    public MqttClientBuilder maxAge(Duration age) {
        maxAge = age;
        return this;
    }

    /// Whether QoS 0 messages wait in the outbox as the others do, rather than being dropped while
    /// there is no connection; they are still sent once at most. Off by default.
    public MqttClientBuilder keepQos0(boolean kept) {
        keepQos0 = kept;
        return this;
    }

    /// How long `submit` waits for room, and `publish` for acceptance; 30 s by default.
    public MqttClientBuilder publishTimeout(Duration timeout) {
        publishTimeout = timeout;
        return this;
    }

    /// Deadline for finding the address of the host; 5 s by default.
    public MqttClientBuilder resolveTimeout(Duration timeout) {
        resolveTimeout = timeout;
        return this;
    }

    /// Deadline for the TCP connection; 10 s by default.
    public MqttClientBuilder connectTimeout(Duration timeout) {
        connectTimeout = timeout;
        return this;
    }

    /// Deadline for the TLS handshake; 10 s by default.
    public MqttClientBuilder handshakeTimeout(Duration timeout) {
        handshakeTimeout = timeout;
        return this;
    }

    /// Deadline for CONNACK; 10 s by default.
    public MqttClientBuilder connackTimeout(Duration timeout) {
        connackTimeout = timeout;
        return this;
    }

    /// Deadline for SUBACK; 10 s by default. Then the filter is asked for again.
    public MqttClientBuilder subackTimeout(Duration timeout) {
        subackTimeout = timeout;
        return this;
    }

    /// Deadline for UNSUBACK; 10 s by default. Then it is asked for again.
    public MqttClientBuilder unsubackTimeout(Duration timeout) {
        unsubackTimeout = timeout;
        return this;
    }

    /// How long a QoS 1 or 2 message may stay unanswered once the network has taken it; 60 s by
    /// default. Then the connection is made anew, since only so may it be sent again
    /// `[MQTT-4.4.0-1]`; for the same message with twice the patience each time, up to an hour.
    public MqttClientBuilder pubackTimeout(Duration timeout) {
        pubackTimeout = timeout;
        return this;
    }

    /// Deadline for the answer to PINGREQ; 10 s by default.
    public MqttClientBuilder pingTimeout(Duration timeout) {
        pingTimeout = timeout;
        return this;
    }

    /// How long written bytes may wait without the network taking any; 30 s by default.
    public MqttClientBuilder writeTimeout(Duration timeout) {
        writeTimeout = timeout;
        return this;
    }

    /// How much of the time that [MqttClient#close(Duration)] is given belongs to "offline", its
    /// answer and DISCONNECT; 5 s by default, and never more than a third of it.
    public MqttClientBuilder disconnectTimeout(Duration timeout) {
        disconnectTimeout = timeout;
        return this;
    }

    /// How long the end of the TCP connection may take after DISCONNECT; 2 s by default.
    public MqttClientBuilder closeTimeout(Duration timeout) {
        closeTimeout = timeout;
        return this;
    }

    /// Adds a User Property to CONNECT. MQTT 5; left out over 3.1.1, whose CONNECT has no place for
    /// it.
    ///
    /// @throws IllegalArgumentException when `name` or `value` is no MQTT string: over 65,535 bytes
    ///   of UTF-8, or with U+0000
    public MqttClientBuilder connectUserProperty(String name, String value) {
        connectUserProperties.add(new UserProperty(name, value));
        return this;
    }

    /// Binds a handler before the first byte, so that nothing of a resumed session goes by.
    ///
    /// @throws IllegalArgumentException when `filter` is no topic filter
    public MqttClientBuilder subscribe(String filter, Qos qos, MessageHandler handler) {
        return subscribe(filter, SubscriptionOptions.of(qos), handler);
    }

    /// As [#subscribe(String, Qos, MessageHandler)], with all options of MQTT 5.
    ///
    /// @throws IllegalArgumentException when `filter` is no topic filter, or No Local is asked of a
    ///   shared subscription `[MQTT-3.8.3-4]`
    public MqttClientBuilder subscribe(
            String filter, SubscriptionOptions options, MessageHandler handler) {
        bound.add(
                new Bound(
                        MqttClient.checked(filter, options),
                        options,
                        MqttClient.automatic(handler)));
        return this;
    }

    /// As [#subscribe(String, SubscriptionOptions, MessageHandler)]; the handler acknowledges each
    /// message itself.
    ///
    /// @throws IllegalArgumentException as there
    public MqttClientBuilder subscribeManually(
            String filter, SubscriptionOptions options, ManualHandler handler) {
        bound.add(
                new Bound(
                        MqttClient.checked(filter, options), options, MqttClient.manual(handler)));
        return this;
    }

    /// Takes messages that match no subscription. Left out: they are acknowledged and counted.
    public MqttClientBuilder defaultHandler(MessageHandler handler) {
        fallback = handler;
        return this;
    }

    /// Adds a listener, told every event in order on a virtual thread.
    public MqttClientBuilder onEvent(Consumer<? super ClientEvent> listener) {
        listeners.add(listener);
        return this;
    }

    /// Opens the client and returns at once, online or not; it connects by itself.
    ///
    /// @throws OpenException when a required setting is missing or one is outside its bounds, when
    ///   an identity is given for an unencrypted broker, or when its files cannot be used, unless
    ///   the client before had the same ([#inPlaceOf])
    public MqttClient open() {
        Path folder = session;
        if (folder == null) {
            return open(session -> new MemoryStore());
        }
        return open(session -> journal(folder, journal(session)));
    }

    private static SessionStore journal(Path folder, JournalSettings settings) {
        FolderDisk disk = FolderDisk.open(folder);
        try {
            return JournalStore.open(
                    disk, settings, new SecureRandom()::nextLong, System::currentTimeMillis);
        } catch (RuntimeException | Error unusable) {
            try {
                disk.close(); // the lock goes, so that somebody can try again
            } catch (IOException e) {
                unusable.addSuppressed(e);
            }
            throw unusable;
        }
    }

    private JournalSettings journal(SessionSettings session) {
        if (minFreeDisk < 0) {
            throw new OpenException(
                    "min free disk is " + minFreeDisk + "; it cannot be negative", null);
        }
        return new JournalSettings(
                session.clientId(),
                session.brokers().hosts(),
                durability == Durability.POWER,
                Math.clamp(session.outbox().maxBytes() / 20, SEGMENT_BYTES_MIN, SEGMENT_BYTES_MAX),
                RECENT_BYTES,
                minFreeDisk,
                FolderDisk.boot());
    }

    /// Makes one connection, for a diagnosis: with the broker, proxy, identity, ALPN, version and
    /// deadlines given here, and nothing else. MQTT 5 where no version is given.
    ///
    /// @param began told as each step begins
    /// @throws OpenException when one of those settings is missing or outside its bounds
    /// @throws ProbeException when there is no link; it names the step
    public Probe probe(Consumer<? super Probe.Step> began) {
        try {
            if (brokers.size() != 1) {
                throw new IllegalArgumentException(
                        brokers.size() + " brokers are given; a probe takes one: broker(URL)");
            }
            Way way = way(brokers.getFirst());
            boolean encrypted = way.endpoint().tls();
            ClientIdentity who =
                    encrypted && identity == null ? ClientIdentity.systemTrust() : identity;
            return Probe.open(
                    told -> new Dial(way.endpoint(), way.proxy(), encrypted ? who : null, told),
                    version == null ? ProtocolVersion.V5 : version,
                    this::probeTimeout,
                    began);
        } catch (IllegalArgumentException e) {
            throw new OpenException(String.valueOf(e.getMessage()), e);
        }
    }

    private Duration probeTimeout(Probe.Step step) {
        return switch (step) {
            case IDENTITY, RESOLVING -> resolveTimeout;
            case CONNECTING -> connectTimeout;
            case HANDSHAKING -> handshakeTimeout;
            case SPEAKING -> connackTimeout;
        };
    }

    MqttClient open(Function<SessionSettings, SessionStore> stores) {
        var owners = new Owners();
        EngineSettings settings;
        try {
            settings = settings(owners);
        } catch (IllegalArgumentException e) {
            throw new OpenException(String.valueOf(e.getMessage()), e);
        } catch (IdentityException e) {
            throw new OpenException(String.valueOf(e.getMessage()), e);
        }
        SessionStore store;
        try {
            store = stores.apply(settings.session());
        } catch (StoreException e) {
            throw new OpenException(String.valueOf(e.getMessage()), e);
        }
        try {
            return open(settings, store, owners);
        } catch (StoreException e) {
            release(store, e);
            throw new OpenException(String.valueOf(e.getMessage()), e);
        } catch (RuntimeException | Error e) {
            release(store, e);
            throw e;
        }
    }

    /// Else its folder would stay locked.
    private static void release(SessionStore store, Throwable cause) {
        try {
            store.close();
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    private MqttClient open(EngineSettings settings, SessionStore store, Owners owners) {
        Engine engine = new Engine(settings, store, earlier);
        MqttClient client =
                new MqttClient(
                        engine,
                        owners,
                        publishTimeout,
                        whenFull == WhenFull.DROP_NEWEST,
                        authenticator != null);
        for (Bound each : bound) {
            client.bind(each.filter(), each.options(), each.handler(), Owners.HANDLER);
        }
        engine.start();
        return client;
    }

    private EngineSettings settings(Owners owners) throws IdentityException {
        if (brokers.isEmpty()) {
            throw new IllegalArgumentException(
                    "no broker is given; call broker(\"mqtts://HOST:8883\")");
        }
        if (clientId == null) {
            throw new IllegalArgumentException("no client id is given; call clientId(NAME)");
        }
        List<Way> ways = brokers.stream().map(this::way).toList();
        BrokerGroup group = group(ways);
        boolean encrypted = ways.getFirst().endpoint().tls();
        if (!encrypted && identity != null) { // law 7
            throw new IllegalArgumentException(
                    "an identity is given and "
                            + brokers.getFirst()
                            + " is not encrypted; write mqtts:// or leave the identity out");
        }
        Waiting.bounded(publishTimeout); // said now, used later
        if (identityCheck.compareTo(IDENTITY_CHECK_MIN) < 0
                || identityCheck.compareTo(IDENTITY_CHECK_MAX) > 0) {
            throw new IllegalArgumentException(
                    "identity check is " + identityCheck + "; give 100 ms to 1 day");
        }
        ClientIdentity who =
                encrypted && identity == null ? ClientIdentity.systemTrust() : identity;
        if (who != null && (earlier == null || !earlier.knows(who))) {
            who.load(); // say now what no retry will mend
        }
        SessionSettings session =
                new SessionSettings(
                        group,
                        version,
                        clientId,
                        willPacket(),
                        birth == null ? null : birth.publish(),
                        offline == null ? null : offline.publish(),
                        keepAlive,
                        sessionExpiry,
                        this.session == null,
                        receiveMaximum,
                        maximumPacketSize,
                        maxInFlight,
                        this.session == null ? 0 : maxInFlight,
                        resendWhenSessionLost,
                        new HandlerDeadline(
                                handlerDeadline,
                                HandlerDeadline.WhenLate.valueOf(whenHandlerLate.name())),
                        new Mqtt5Options(
                                incomingTopicAliases,
                                outgoingTopicAliases,
                                subscriptionIdentifiers,
                                requestResponseInformation,
                                connectUserProperties,
                                authenticator == null ? null : method(authenticator)),
                        backoff("reconnect", reconnectMin, reconnectMax, reconnectAttempts),
                        stableAfter,
                        backoff(
                                "subscribe retry",
                                subscribeRetryMin,
                                subscribeRetryMax,
                                subscribeAttempts),
                        new OutboxBounds(
                                outboxMessages,
                                outboxBytes,
                                OutboxBounds.WhenFull.valueOf(whenFull.name()),
                                maxAge,
                                keepQos0),
                        new Deadlines(
                                resolveTimeout,
                                connectTimeout,
                                handshakeTimeout,
                                connackTimeout,
                                subackTimeout,
                                unsubackTimeout,
                                pubackTimeout,
                                pingTimeout,
                                writeTimeout,
                                disconnectTimeout,
                                closeTimeout));
        MessageHandler unmatched = fallback;
        Handler otherwise =
                unmatched == null
                        ? null
                        : publish ->
                                unmatched.handle(new Delivery(Message.of(publish), publish.dup()));
        return new EngineSettings(
                session,
                ways,
                who,
                identityCheck,
                authenticator == null ? null : new AuthenticatorAdapter(authenticator),
                otherwise,
                owners,
                listeners,
                (who == null ? new SecureRandom() : who.random()).nextLong());
    }

    private static BackoffSettings backoff(
            String option, Duration min, Duration max, int attempts) {
        try {
            return new BackoffSettings(min, max, attempts);
        } catch (IllegalArgumentException e) { // there are two: say which
            throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
        }
    }

    private static String method(Authenticator authenticator) {
        @Nullable String method = authenticator.method();
        if (method == null || method.isEmpty()) {
            throw new IllegalArgumentException(
                    "the authenticator's method() is "
                            + (method == null ? "null" : "empty")
                            + "; it must name the method that the broker knows, such as"
                            + " SCRAM-SHA-256");
        }
        new PacketWriter(ProtocolVersion.V5)
                .sizeOf(new Auth(ReasonCode.RE_AUTHENTICATE, method, null, null, List.of()));
        return method;
    }

    private Way way(BrokerAddress broker) {
        Endpoint parsed = Endpoint.parse(broker.url);
        boolean ownLogin = broker.userName != null || broker.password != null;
        return new Way(
                alpn == null ? parsed : parsed.offering(alpn),
                broker.proxy == null
                        ? proxyServer(proxy, proxyUser, proxyPassword)
                        : proxyServer(broker.proxy, broker.proxyUser, broker.proxyPassword),
                ownLogin
                        ? credentials(broker.userName, broker.password)
                        : credentials(userName, password));
    }

    private BrokerGroup group(List<Way> ways) {
        List<BrokerGroup.Member> members = new ArrayList<>();
        for (int i = 0; i < ways.size(); i++) {
            members.add(
                    new BrokerGroup.Member(
                            ways.get(i).endpoint().toString(), brokers.get(i).sharesSession));
        }
        return new BrokerGroup(members, followReferrals);
    }

    private static @Nullable ProxyServer proxyServer(
            @Nullable String url, @Nullable String user, @Nullable PasswordSource source) {
        if (url == null) {
            return null;
        }
        if ((user == null) != (source == null)) {
            throw new IllegalArgumentException(
                    "the proxy is given "
                            + (user == null
                                    ? "a password without a user name"
                                    : "a user name without a password")
                            + "; give both or neither");
        }
        if (user == null || source == null) {
            return ProxyServer.parse(url, null);
        }
        return ProxyServer.parse(
                url,
                new ProxyServer.Login() {
                    @Override
                    public String user() {
                        return user;
                    }

                    @Override
                    public String password() throws Exception {
                        return new String(source.read(), StandardCharsets.UTF_8);
                    }
                });
    }

    private static Credentials credentials(@Nullable String user, @Nullable PasswordSource source) {
        return () ->
                new Credentials.Pair(user, source == null ? null : Bytes.copyOf(source.read()));
    }

    private @Nullable Will willPacket() {
        if (will == null) {
            if (!willDelay.isZero()) {
                throw new IllegalArgumentException(
                        "will delay is "
                                + willDelay
                                + " and there is no will; give one with will(MESSAGE) or leave the"
                                + " delay out");
            }
            return null;
        }
        if (!willDelay.equals(Duration.ofSeconds(Math.max(0, willDelay.toSeconds())))) {
            throw new IllegalArgumentException(
                    "will delay is " + willDelay + "; MQTT carries whole seconds");
        }
        Publish p = will.publish();
        if (version == ProtocolVersion.V3_1_1
                && (!p.properties().equals(Publish.Properties.NONE)
                        || !willDelay.isZero())) { // law 7
            throw new IllegalArgumentException(
                    "the will has MQTT 5 properties or a delay, which 3.1.1 cannot carry");
        }
        return new Will(
                p.topic(),
                p.payload(),
                p.qos(),
                p.retain(),
                willDelay.isZero() ? null : willDelay.toSeconds(),
                p.properties().payloadIsUtf8(),
                p.properties().messageExpirySeconds(),
                p.properties().contentType(),
                p.properties().responseTopic(),
                p.properties().correlationData(),
                p.properties().userProperties());
    }
}
