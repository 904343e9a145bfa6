package dev.caddis.mqtt.session;

import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.event.ConnectionFailure.Kind;
import dev.caddis.mqtt.packet.Acknowledgement;
import dev.caddis.mqtt.packet.Auth;
import dev.caddis.mqtt.packet.Connack;
import dev.caddis.mqtt.packet.Connect;
import dev.caddis.mqtt.packet.Disconnect;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.Pingreq;
import dev.caddis.mqtt.packet.Pingresp;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Puback;
import dev.caddis.mqtt.packet.Pubcomp;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Pubrec;
import dev.caddis.mqtt.packet.Pubrel;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.Suback;
import dev.caddis.mqtt.packet.Unsuback;
import dev.caddis.mqtt.session.ConnectionState.Phase;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/// One MQTT session: its life, and the connections it goes through.
///
/// [#step] takes what happened and appends what must happen. Exchanges are in [Publisher] and
/// [Receiver], subscriptions in [Filters]; this class decides when to connect, what a connection's
/// packets mean for the whole, and when to end. Not thread-safe: one owner calls it.
public final class Session {

    private final SessionSettings settings;
    private final Step step;
    private final Publisher publisher;
    private final Receiver receiver;
    private final Filters filters;
    private final Backoff backoff;
    private final Group group;
    private final Liveness liveness;
    private final Takeover takeover = new Takeover();
    private final Patience patience;

    /// What we announce: the wanted one, until a broker has shown that it does not keep to it.
    private int receiveMaximum;

    private @Nullable ConnectionState connection;
    private int connections;
    private int leftBehind = -1; // the connection that ends in order before the next one is made
    private long dialAt = Long.MAX_VALUE;
    private @Nullable Target cleared; // its session was ended, so that one of ours can begin
    private boolean gaveUp;
    private boolean referred; // by the broker of the connection that ends now
    private boolean ended;

    private boolean closing;
    private long drainUntil;
    private long leaveUntil;
    private boolean offlineQueued;

    /// @param state as recovered from the store, or new
    /// @param seed of the jitter
    public Session(SessionSettings settings, SessionState state, long seed) {
        this.settings = settings;
        receiveMaximum = settings.receiveMaximum();
        step = new Step(settings, state, new Jitter(seed));
        publisher = new Publisher(step);
        filters = new Filters(step);
        receiver = new Receiver(step, filters);
        backoff = new Backoff(settings.reconnect());
        liveness = new Liveness(settings.deadlines());
        group = new Group(settings.brokers(), version(settings), state);
        patience = new Patience(settings.deadlines().puback());
    }

    /// 3.1.1 has no enhanced authentication to fall back to.
    private static @Nullable ProtocolVersion version(SessionSettings settings) {
        return settings.version() == null && settings.mqtt5().authenticationMethod() != null
                ? ProtocolVersion.V5
                : settings.version();
    }

    /// Works on one input.
    ///
    /// @param nowNanos monotonic, from an origin of the caller's choice, never negative
    /// @param effects gets what must happen, in order
    public void step(Input input, long nowNanos, Effects effects) {
        if (ended) {
            return;
        }
        step.now = nowNanos;
        step.effects = effects;
        switch (input) {
            case Input.Start start -> {
                dialAt = nowNanos;
                receiver.redeliver();
            }
            case Input.Submitted submitted ->
                    publisher.submitted(
                            submitted.sequence(), submitted.message(), submitted.key(), connection);
            case Input.DiskRoom room -> publisher.diskRoom(room.forMore());
            case Input.Ready ready -> on(ready.connection(), it -> it.ahead.durable(ready.count()));
            case Input.Inquired inquired -> publisher.inquired(inquired.sequence());
            case Input.Purge purge -> publisher.purge(purge.number());
            case Input.Fetched fetched -> publisher.fetched(fetched.messages());
            case Input.Want want -> filters.want(want.filter(), want.options());
            case Input.Unwant unwant -> filters.unwant(unwant.filter());
            case Input.Handled handled -> {
                receiver.onLetGo(handled.ticket());
                receiver.onHandled(handled.ticket(), connection);
            }
            case Input.LetGo gone -> receiver.onLetGo(gone.ticket());
            case Input.Close close -> close(close.withinNanos());
            case Input.Tick tick -> {}
            case Input.Dialing dialing ->
                    on(dialing.connection(), it -> dialing(it, dialing.step()));
            case Input.LinkUp up -> on(up.connection(), it -> connect(it, up));
            case Input.LinkDown down -> {
                on(down.connection(), it -> disconnected(it, down.failure()));
                if (down.connection() == leftBehind && connection == null) {
                    dialAt = nowNanos;
                }
            }
            case Input.Move move -> move(move);
            case Input.Arrived arrived -> {
                for (Packet packet : arrived.packets()) {
                    ConnectionState it = connection;
                    if (it == null || it.number != arrived.connection()) {
                        break;
                    }
                    if (!it.authenticating.holdsPackets()) {
                        onPacket(it, packet);
                    } else if (!it.authenticating.hold(packet, it.read)) {
                        overflow(it);
                    }
                }
            }
            case Input.AuthAnswer answer ->
                    on(
                            answer.connection(),
                            it -> authenticate(it, it.authenticating.onAnswer(answer, it.limits)));
            case Input.Reauthenticate again -> reauthenticate();
            case Input.Malformed malformed ->
                    on(
                            malformed.connection(),
                            it -> refuse(it, malformed.reason(), malformed.what()));
            case Input.IncomingOverflow overflow -> on(overflow.connection(), this::overflow);
            case Input.Traffic traffic ->
                    on(traffic.connection(), it -> liveness.traffic(it, traffic, nowNanos));
        }
        goOn();
    }

    /// Inputs of a connection that is gone change nothing.
    private void on(int number, Consumer<ConnectionState> action) {
        ConnectionState it = connection;
        if (it != null && it.number == number) {
            action.accept(it);
        }
    }

    /// What time, room or a wish makes due, whatever the input was.
    private void goOn() {
        if (closing && connection == null) {
            leave();
        }
        if (!ended) {
            proceed();
        }
        publisher.tellOver();
        publisher.tellDrops();
    }

    private void proceed() {
        if (connection == null && step.now >= dialAt && !gaveUp) {
            dial();
        }
        if (connection != null) {
            checkDeadlines(connection);
        }
        publisher.dropAged();
        String late = receiver.checkHandlers(connection);
        if (late != null && connection != null && connection.isOnline()) {
            fail(
                    connection,
                    ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
                    Kind.HANDLER_LATE,
                    "the handler of a message to \""
                            + late
                            + "\" took longer than "
                            + seconds(settings.handlerDeadline().within())
                            + "; the broker delivers it again");
        }
        ConnectionState online = connection;
        if (online != null && online.isOnline() && online.limits != null) {
            filters.send(online, online.limits);
            publisher.pump(online, online.limits);
            if (filters.answersNothing()) {
                fail(
                        online,
                        ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
                        Kind.UNANSWERED,
                        "the broker answers neither SUBSCRIBE nor UNSUBSCRIBE: "
                                + Filters.UNANSWERED_MAX
                                + " wait for it");
            }
        }
        if (closing) {
            leave();
        } else if (connection != null) {
            moveOn(connection);
        }
    }

    // ---- going over to another connection

    private void move(Input.Move move) {
        ConnectionState it = connection;
        if (it != null && it.isOnline() && it.moving == null) {
            it.moving = move.why();
            it.moveUntil = step.now + move.withinNanos();
        }
    }

    /// Ends the connection in order and makes the next one at once: a clean end, so that no will is
    /// spoken. The broker sees the end before the next CONNECT, or it would take that for somebody
    /// with our name.
    private void moveOn(ConnectionState it) {
        String why = it.moving;
        boolean answered = it.unanswered.isEmpty(step.state) && it.fleeting.isEmpty();
        if (why == null || (!answered && step.now < it.moveUntil)) {
            return;
        }
        send(it, new Disconnect(ReasonCode.SUCCESS)); // the session's expiry stays as it is
        leftBehind = it.number;
        dialAt = step.now + settings.deadlines().close().toNanos();
        finish(it);
        step.effects.tell(new ClientEvent.Disconnected(new ConnectionFailure(Kind.MOVED, why)));
    }

    // ---- connecting

    private void dial() {
        dialAt = Long.MAX_VALUE;
        ConnectionState next =
                new ConnectionState(
                        ++connections, group.next(), step.now, receiveMaximum, settings.mqtt5());
        connection = next;
        step.effects.add(
                new Effect.Dial(
                        next.number, next.version, next.target.member, next.target.referral));
        dialing(next, Input.DialStep.INTRODUCE);
    }

    private void dialing(ConnectionState it, Input.DialStep reached) {
        Deadlines deadlines = settings.deadlines();
        switch (reached) {
            case INTRODUCE ->
                    phase(
                            it,
                            "reading the user name, password and authentication data",
                            deadlines.connack());
            case RESOLVE -> phase(it, "finding the address of the host", deadlines.resolve());
            case CONNECT -> phase(it, "the TCP connection", deadlines.connect());
            case HANDSHAKE -> phase(it, "the TLS handshake", deadlines.handshake());
        }
    }

    private void phase(ConnectionState it, String name, Duration within) {
        it.phaseName = name + " took longer than " + seconds(within);
        it.phaseDeadline = step.now + within.toNanos();
    }

    private static String seconds(Duration duration) {
        return duration.toMillis() % 1000 == 0
                ? duration.toSeconds() + " s"
                : duration.toMillis() + " ms";
    }

    /// The first packet `[MQTT-3.1.0-1]`, the same at every attempt (F05) but for what the
    /// session's state asks.
    private void connect(ConnectionState it, Input.LinkUp up) {
        it.phase = Phase.AWAITING_CONNACK;
        it.linkDescription = up.description();
        it.writeProgressAt = step.now;
        it.heardAt = step.now;
        phase(it, "the answer to CONNECT", settings.deadlines().connack());
        // another version than the session's, or another broker's session: what this broker may
        // hold is of no use to us
        it.fresh = step.state.established != it.version || !group.holdsSession(it.target);
        boolean v5 = it.version == ProtocolVersion.V5;
        // 3.1.1 cannot ask for a new session that outlives the connection in one step: clear first,
        // then connect.
        it.clearing = !v5 && it.fresh && settings.resumes() && cleared != it.target;
        it.cleanStart =
                !settings.resumes()
                        || (v5 ? it.fresh : it.clearing); // F01: no local state, clean start
        Connect connect = Hello.connect(step, it, up);
        String obstacle = Hello.obstacle(settings, connect);
        if (obstacle == null) {
            send(it, connect);
        } else {
            backoff.slowDown();
            step.effects.add(new Effect.Abort(it.number));
            lost(it, new ConnectionFailure(Kind.ABORTED, "cannot connect: " + obstacle));
        }
    }

    private void onConnack(ConnectionState it, Connack connack) {
        if (connack.reason().isError()) {
            refused(it, connack);
            return;
        }
        Authenticating.Next next = it.authenticating.onConnack(connack, it.read);
        if (next != null) {
            authenticate(it, next);
            return;
        }
        accepted(it, connack);
    }

    private void accepted(ConnectionState it, Connack connack) {
        if (connack.sessionPresent() && (it.cleanStart || (it.fresh && cleared != it.target))) {
            refuse( // [MQTT-3.2.2-4] (F04), [MQTT-3.2.2-2]
                    it,
                    ReasonCode.PROTOCOL_ERROR,
                    "CONNACK says session present, and there is none on this side");
            return;
        }
        String assigned = connack.properties().assignedClientId();
        if (Hello.clientId(step).isEmpty() && it.version == ProtocolVersion.V5) {
            if (assigned == null) { // [MQTT-3.2.2-16]
                refuse(it, ReasonCode.PROTOCOL_ERROR, "CONNACK assigns no client identifier");
                return;
            }
            step.persist(new Change.ClientIdAssigned(assigned));
            step.effects.tell(new ClientEvent.ClientIdAssigned(assigned));
        }
        step.effects.add(new Effect.Accepted(it.number));
        if (it.clearing) {
            cleared = it.target;
            it.target.versions.succeeded(it.version);
            send(it, new Disconnect(ReasonCode.SUCCESS));
            finish(it);
            dialAt = step.now;
            return;
        }
        if (!connack.sessionPresent() || it.fresh) {
            publisher.sessionLost(); // [MQTT-3.2.2-5]
        }
        cleared = null;
        it.target.versions.succeeded(it.version);
        group.accepted(it.target);
        Place place = group.place(it.target);
        if (settings.resumes()
                && (step.state.established != it.version || !place.equals(step.state.place))) {
            step.persist(new Change.Established(it.version, place));
        }
        Limits limits = Limits.of(settings, it.version, connack);
        it.limits = limits;
        it.phase = Phase.ONLINE;
        it.onlineAt = step.now;
        it.outgoingAliases = new OutgoingAliases(limits.topicAliases());
        step.effects.tell(
                new ClientEvent.Connected(
                        it.target.url, it.version, connack.sessionPresent(), it.linkDescription));
        String responseInformation = connack.properties().responseInformation();
        if (responseInformation != null) {
            step.effects.tell(new ClientEvent.ResponseInformation(responseInformation));
        }
        publisher.resume(it);
        it.stateMessage = closing || willResend(settings.birth()) ? null : settings.birth(); // F39
        filters.connected(limits);
    }

    /// Whether the birth is the last word of the state messages that are resumed anyway.
    private boolean willResend(@Nullable Publish birth) {
        Publish last = null;
        for (Outgoing open : step.state.outgoing.values()) {
            if (open.isState() && open instanceof Outgoing.Unacknowledged sent) {
                last = sent.message();
            }
        }
        return last != null && last.equals(birth);
    }

    private void refused(ConnectionState it, Connack connack) {
        step.effects.add(new Effect.Abort(it.number));
        if (connack.reason() == ReasonCode.UNSUPPORTED_PROTOCOL_VERSION) {
            it.target.versions.refused(it.version);
        }
        String elsewhere = refer(it, connack.reason(), connack.properties().serverReference());
        lost(
                it,
                new ConnectionFailure(
                        Kind.CONNECT_REFUSED, Refusal.of(connack, settings, elsewhere)));
    }

    /// What a refusal means for where we go next.
    ///
    /// @return what becomes of the server that the broker names; empty where it names none
    private String refer(ConnectionState it, ReasonCode reason, @Nullable String reference) {
        String sentence = "";
        if (Refusal.isReferral(reason)) {
            String why = group.refer(it.target, reference);
            if (why == null) {
                referred = true;
                return Refusal.named(reference, "It is tried next, with the same trust");
            }
            sentence = reference == null ? why : Refusal.named(reference, why);
        }
        if (Refusal.isLasting(reason) && group.refusesForLong(it.target)) {
            backoff.slowDown();
        }
        return sentence;
    }

    // ---- packets

    private void onPacket(ConnectionState it, Packet packet) {
        if (it.phase == Phase.AWAITING_CONNACK) {
            if (packet instanceof Connack connack) {
                onConnack(it, connack);
            } else if (packet instanceof Auth auth) {
                authenticate(it, it.authenticating.onAuth(auth, it.isOnline()));
            } else if (packet instanceof Disconnect disconnect) {
                serverDisconnect(it, disconnect);
            } else { // [MQTT-3.2.0-1]
                refuse(it, ReasonCode.PROTOCOL_ERROR, name(packet) + " came before CONNACK");
            }
            return;
        }
        switch (packet) {
            case Publish publish -> onPublish(it, publish);
            case Puback puback -> check(it, publisher.onPuback(it, puback));
            case Pubrec pubrec -> check(it, publisher.onPubrec(it, pubrec));
            case Pubcomp pubcomp -> check(it, publisher.onPubcomp(it, pubcomp));
            case Pubrel pubrel -> receiver.onPubrel(it, pubrel);
            case Suback suback ->
                    check(
                            it,
                            filters.onSuback(suback)
                                    ? null
                                    : "SUBACK " + suback.packetId() + " answers no SUBSCRIBE");
            case Unsuback unsuback ->
                    check(
                            it,
                            filters.onUnsuback(unsuback)
                                    ? null
                                    : "UNSUBACK "
                                            + unsuback.packetId()
                                            + " answers no UNSUBSCRIBE");
            case Pingresp pong -> it.pingOutstanding = false;
            case Disconnect disconnect -> serverDisconnect(it, disconnect);
            case Auth auth -> authenticate(it, it.authenticating.onAuth(auth, it.isOnline()));
            default -> // a second CONNACK [MQTT-3.2.0-2], or the wrong direction
                    refuse(it, ReasonCode.PROTOCOL_ERROR, name(packet) + " came out of turn");
        }
    }

    private void authenticate(ConnectionState it, Authenticating.Next next) {
        switch (next) {
            case Authenticating.Next.Broken broken ->
                    refuse(it, ReasonCode.PROTOCOL_ERROR, broken.what());
            case Authenticating.Next.Ask ask -> {
                if (ask.first()) {
                    phase(it, "the authentication", settings.deadlines().connack());
                }
                step.effects.add(ask.question());
            }
            case Authenticating.Next.Say say -> send(it, say.auth());
            case Authenticating.Next.Failed failed ->
                    fail(it, ReasonCode.NOT_AUTHORIZED, Kind.AUTHENTICATION, failed.why());
            case Authenticating.Next.Believed believed -> {
                accepted(it, believed.connack());
                for (Packet held = it.authenticating.release();
                        held != null && connection == it;
                        held = it.authenticating.release()) {
                    onPacket(it, held);
                }
            }
            case Authenticating.Next.Renewed renewed ->
                    step.effects.tell(new ClientEvent.Reauthenticated());
        }
    }

    private void reauthenticate() {
        ConnectionState it = connection;
        Authenticating.Next next = it != null && it.isOnline() ? it.authenticating.again() : null;
        if (it != null && next != null) {
            authenticate(it, next);
        }
    }

    private void onPublish(ConnectionState it, Publish arrived) {
        Publish publish;
        switch (it.incomingAliases.resolve(arrived)) {
            case IncomingAliases.Resolution.Resolved resolved -> publish = resolved.publish();
            case IncomingAliases.Resolution.Broken broken -> {
                refuse(it, broken.reason(), broken.what());
                return;
            }
        }
        Publish offline = settings.offline();
        if (offline != null
                && settings.birth() != null
                && !closing
                && !publish.retain() // what the broker kept from before is no news
                && publish.topic().equals(offline.topic())
                && publish.payload().equals(offline.payload())) {
            it.stateMessage = settings.birth(); // someone spoke our will while we are here (F39)
        }
        if (receiver.isFull(publish)) { // before PUBREC: the broker still owns it
            overflow(it);
            return;
        }
        if (!receiver.onPublish(it, publish)) {
            receiveMaximum = SessionSettings.RECEIVE_MAXIMUM_MAX; // it would do so again for ever
            fail(
                    it,
                    ReasonCode.RECEIVE_MAXIMUM_EXCEEDED,
                    Kind.PROTOCOL_ERROR,
                    it.version == ProtocolVersion.V5
                            ? "the broker sent more than "
                                    + it.receiveMaximum
                                    + " unacknowledged messages; from now on it is told of no such"
                                    + " limit"
                            : "the broker sent more unacknowledged messages than there are packet"
                                    + " identifiers");
        }
    }

    private void check(ConnectionState it, @Nullable String broken) {
        if (broken != null) {
            refuse(it, ReasonCode.PROTOCOL_ERROR, broken);
        }
    }

    private void overflow(ConnectionState it) {
        fail(
                it,
                ReasonCode.QUOTA_EXCEEDED,
                Kind.INCOMING_OVERFLOW,
                "more messages wait for their handlers than the bound allows; the broker delivers"
                        + " them again. Make the handlers faster, or lower the receive maximum");
    }

    private static String name(Packet packet) {
        String name = packet.getClass().getSimpleName().toUpperCase(Locale.ROOT);
        return packet instanceof Acknowledgement answer ? name + " " + answer.packetId() : name;
    }

    private void serverDisconnect(ConnectionState it, Disconnect disconnect) {
        step.effects.add(new Effect.Abort(it.number));
        String elsewhere = refer(it, disconnect.reason(), disconnect.serverReference());
        Kind kind =
                disconnect.reason() == ReasonCode.SESSION_TAKEN_OVER
                        ? Kind.SESSION_TAKEN_OVER
                        : Kind.SERVER_DISCONNECT;
        lost(it, new ConnectionFailure(kind, Refusal.of(disconnect, elsewhere)));
    }

    // ---- ends of connections

    /// The broker broke a rule: say so where the protocol can, and leave (4.13).
    private void refuse(ConnectionState it, ReasonCode reason, String what) {
        fail(it, reason, Kind.PROTOCOL_ERROR, "the broker broke the protocol: " + what);
    }

    private void fail(ConnectionState it, ReasonCode reason, Kind kind, String sentence) {
        if (it.isOnline() && it.version == ProtocolVersion.V5) {
            send(it, new Disconnect(reason));
            step.effects.add(new Effect.Finish(it.number, settings.deadlines().close().toNanos()));
        } else {
            step.effects.add(new Effect.Abort(it.number));
        }
        lost(it, new ConnectionFailure(kind, sentence));
    }

    private void disconnected(ConnectionState it, ConnectionFailure failure) {
        if (it.phase == Phase.AWAITING_CONNACK && failure.kind() == Kind.CLOSED) {
            it.target.versions.closedInOrder(it.version);
        }
        step.effects.add(new Effect.Abort(it.number));
        lost(it, failure);
    }

    /// The connection is gone; the session goes on.
    private void lost(ConnectionState it, ConnectionFailure failure) {
        boolean wasOnline = it.isOnline();
        forget(it);
        step.effects.tell(
                wasOnline
                        ? new ClientEvent.Disconnected(failure)
                        : new ClientEvent.ConnectFailed(backoff.failures() + 1, failure));
        long pause = wasOnline ? watchTakeover(it, failure.kind()) : 0;
        ProtocolVersion fallback = it.target.versions.fallback();
        if (fallback != null) {
            step.effects.tell(new ClientEvent.VersionFallback(fallback, failure.sentence()));
        }
        if (closing && !hasUnfinished()) {
            return; // nothing to come back for
        }
        boolean elsewhere = referred;
        referred = false;
        if (!elsewhere) {
            chooseNext(it, failure.kind(), wasOnline);
        }
        long delay =
                pause
                        + (elsewhere
                                ? backoff.presentNanos(step.jitter)
                                : backoff.nextNanos(step.jitter));
        if (backoff.exhausted()) {
            gaveUp = true;
            step.effects.tell(new ClientEvent.GaveUp(backoff.failures(), failure));
            return;
        }
        dialAt = step.now + delay;
        step.effects.tell(
                new ClientEvent.RetryingIn(Duration.ofNanos(delay), backoff.failures() + 1));
    }

    private void chooseNext(ConnectionState it, Kind kind, boolean wasOnline) {
        if (!wasOnline) {
            group.failed(it.target);
            return;
        }
        switch (kind) {
            case SESSION_TAKEN_OVER, HANDLER_LATE, INCOMING_OVERFLOW -> {} // no fault of the broker
            default -> group.ended(it.target, it.stable);
        }
    }

    /// @return what the delay before the next attempt has on top
    private long watchTakeover(ConnectionState it, Kind kind) {
        boolean said = kind == Kind.SESSION_TAKEN_OVER;
        boolean closed = kind == Kind.CLOSED; // a reset may be the network's
        if (!takeover.ended(said, closed, isStable(it), step.now - it.onlineAt, step.now)) {
            return 0;
        }
        backoff.slowDown();
        if (takeover.tellOnce()) {
            step.effects.tell(new ClientEvent.SessionTakenOver(Hello.clientId(step)));
        }
        return takeover.pauseNanos();
    }

    private void finish(ConnectionState it) {
        step.effects.add(new Effect.Finish(it.number, settings.deadlines().close().toNanos()));
        forget(it);
    }

    private void forget(ConnectionState it) {
        connection = null;
        filters.disconnected();
        publisher.disconnected(it);
        receiver.disconnected(it);
    }

    // ---- time

    private boolean isStable(ConnectionState it) {
        return step.now - it.startedAt >= settings.stableAfter().toNanos();
    }

    private void checkDeadlines(ConnectionState it) {
        if (!it.isOnline()) {
            if (step.now >= it.phaseDeadline) {
                timedOut(it, it.phaseName);
            }
            return;
        }
        if (!it.stable && isStable(it)) {
            it.stable = true; // only now: a broker that accepts and kicks is backed off from (F24)
            backoff.reset();
            group.lasted(it.target);
        }
        if (it.authenticating.isUnderWay() && step.now >= it.phaseDeadline) {
            timedOut(it, it.phaseName);
            return;
        }
        if (unansweredDeadline(it) <= step.now) {
            unanswered(it);
            return;
        }
        switch (liveness.check(it, step.now)) {
            case WELL -> {}
            case PING_DUE -> {
                liveness.pinged(it, step.now);
                step.effects.add(new Effect.SendNow(it.number, new Pingreq()));
            }
            case NO_ANSWER -> {
                step.effects.add(new Effect.Abort(it.number));
                lost(
                        it,
                        new ConnectionFailure(
                                Kind.KEEP_ALIVE,
                                "the broker did not answer PINGREQ within "
                                        + seconds(settings.deadlines().pingresp())));
            }
            case NOTHING_WRITTEN ->
                    timedOut(
                            it,
                            "the network took no bytes for "
                                    + seconds(settings.deadlines().write()));
        }
    }

    private long unansweredDeadline(ConnectionState it) {
        return it.unanswered.isEmpty(step.state)
                ? Long.MAX_VALUE
                : it.unanswered.deadline(
                        it, step.now, patience.with(it.unanswered.oldestSequence()));
    }

    /// MQTT 5 forbids to send the PUBLISH again on this connection `[MQTT-4.4.0-1]`.
    private void unanswered(ConnectionState it) {
        long oldest = it.unanswered.oldestSequence();
        long waited = patience.with(oldest);
        patience.ranOut(oldest);
        fail(
                it,
                ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
                Kind.UNANSWERED,
                "the broker has not finished the exchange of packet "
                        + it.unanswered.oldestId()
                        + " for "
                        + seconds(Duration.ofNanos(waited))
                        + "; it is sent again on a new connection");
    }

    private void timedOut(ConnectionState it, String what) {
        step.effects.add(new Effect.Abort(it.number));
        lost(it, new ConnectionFailure(Kind.TIMED_OUT, what));
    }

    /// When to step with [Input.Tick] at the latest; `Long.MAX_VALUE` if nothing is waited for.
    public long nextDeadline() {
        if (ended) {
            return Long.MAX_VALUE;
        }
        long next = Math.min(receiver.nextDeadline(), publisher.nextDeadline());
        if (closing) {
            long leaving = drainUntil > step.now ? drainUntil : leaveUntil;
            next = Math.min(next, Math.min(leaving, leaveUntil));
        }
        ConnectionState it = connection;
        if (it == null) {
            return Math.min(next, gaveUp ? Long.MAX_VALUE : dialAt);
        }
        if (!it.isOnline()) {
            return Math.min(next, it.phaseDeadline);
        }
        next = Math.min(next, filters.nextDeadline());
        next = Math.min(next, unansweredDeadline(it));
        if (it.moving != null) {
            next = Math.min(next, it.moveUntil);
        }
        if (it.authenticating.isUnderWay()) {
            next = Math.min(next, it.phaseDeadline);
        }
        if (!it.stable) {
            next = Math.min(next, it.startedAt + settings.stableAfter().toNanos());
        }
        return Math.min(next, liveness.nextDeadline(it));
    }

    // ---- leaving

    private void close(long withinNanos) {
        if (closing) {
            return;
        }
        closing = true;
        leaveUntil = step.now + withinNanos;
        drainUntil =
                leaveUntil - Math.min(withinNanos / 3, settings.deadlines().disconnect().toNanos());
    }

    /// Finishes what is accepted, says "offline", sends DISCONNECT; whatever is not done in time
    /// stays undone.
    private void leave() {
        ConnectionState it = connection;
        boolean drained = !hasUnfinished() && (it == null || it.fleeting.isEmpty());
        if (!drained && step.now < drainUntil && !gaveUp) {
            return;
        }
        if (it == null || !it.isOnline()) {
            if (it != null) {
                step.effects.add(new Effect.Abort(it.number));
                forget(it);
            }
            end();
            return;
        }
        if (!offlineQueued) {
            offlineQueued = true;
            it.stateMessage = settings.offline();
            if (it.stateMessage != null && it.limits != null) {
                publisher.pump(it, it.limits);
            }
        }
        boolean settled = it.stateMessage == null && !step.state.outgoing.containsKey(it.offlineId);
        if (settled || step.now >= leaveUntil) {
            disconnect(it, settled && !it.offlineFailed);
        }
    }

    /// A clean end discards the will; where "offline" did not get through, the will speaks instead.
    private void disconnect(ConnectionState it, boolean told) {
        boolean willSpeaks = !told && settings.will() != null;
        if (it.version == ProtocolVersion.V5) {
            Long expiry = settings.endSessionOnClose() && settings.resumes() ? 0L : null;
            ReasonCode reason = willSpeaks ? ReasonCode.DISCONNECT_WITH_WILL : ReasonCode.SUCCESS;
            send(it, new Disconnect(reason, expiry, null, List.of(), null));
        } else if (!willSpeaks) {
            send(it, new Disconnect(ReasonCode.SUCCESS));
        }
        finish(it); // [MQTT-3.14.4-1] [MQTT-3.14.4-2]
        end();
    }

    private void end() {
        ended = true;
        publisher.tellDrops();
        step.effects.add(new Effect.End(!hasUnfinished()));
    }

    private boolean hasUnfinished() {
        return step.state.hasUnfinished();
    }

    // ---- for the owner

    private void send(ConnectionState it, Packet packet) {
        it.sentAt = step.now;
        step.effects.send(it.number, packet);
    }

    /// Whether messages wait only because the writer has too much to write; it should wake the
    /// owner when it has less.
    public boolean waitsForWriter() {
        return publisher.waitsForWriter();
    }

    /// Messages accepted and not yet given to an exchange, or with QoS 0 to the writer.
    public long outboxMessages() {
        return step.state.outboxMessages + (connection == null ? 0 : connection.fleeting.size());
    }

    /// What these messages count for, in bytes.
    public long outboxBytes() {
        return step.state.outboxBytes + (connection == null ? 0 : connection.fleetingBytes);
    }

    /// Accepted messages in exchanges that the broker has not finished, and those to be published
    /// again; birth and "offline" are none.
    public int openExchanges() {
        return step.state.openMessages();
    }

    /// Whether it has ended; its last effects may still wait for the disk.
    public boolean isOver() {
        return ended;
    }

    /// Whether the broker has accepted the present connection.
    public boolean isOnline() {
        return connection != null && connection.isOnline();
    }
}
