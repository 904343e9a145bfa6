package dev.caddis.mqtt.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.codec.EncodingException;
import dev.caddis.mqtt.codec.PacketWriter;
import dev.caddis.mqtt.packet.Connack;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.ReasonCode;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A session with its round, a log, a clock and a network that all obey the transcript; it stands
/// where the engine stands, and writes down what comes out.
final class Stage {

    private static final int SEED = 1;

    final RecordedLog log = new RecordedLog(change -> show(EffectText.of(change)));
    private final List<String> out;
    private final SessionSettings settings;
    private final List<Ticket> tickets = new ArrayList<>();

    private SessionState state;
    private Session session;
    private SessionLoop loop;
    private long now;
    private long shownFrom = -1; // while time passes: effects show how long after this they came

    private int connection; // 0: none
    private ProtocolVersion version = ProtocolVersion.V5;
    private boolean stuck;
    private long unwritten;
    private long written;
    private long read;

    Stage(SessionSettings settings, List<String> out) {
        this.settings = settings;
        this.out = out;
        state = new SessionState();
        session = new Session(settings, state, SEED);
        loop = new SessionLoop(session, log, this::carryOut);
    }

    int connection() {
        return connection;
    }

    Ticket ticket(int number) {
        return tickets.get(number - 1);
    }

    // ---- what happens

    void step(Input input) {
        if (connection > 0) {
            loop.take(new Input.Traffic(connection, unwritten, written, read), now);
        }
        loop.take(input, now);
        loop.carryOut(now);
    }

    void receive(Packet packet) {
        if (!(packet instanceof Connack)) {
            read += 2;
        }
        step(new Input.Arrived(connection, List.of(packet)));
    }

    void read(int bytes) {
        read += bytes;
        step(new Input.Tick());
    }

    void network(boolean stuck) {
        this.stuck = stuck;
        if (!stuck) {
            written += unwritten;
            unwritten = 0;
        }
        step(new Input.Tick());
    }

    void makeDurable(int count) {
        log.makeDurable(count);
        loop.carryOut(now);
    }

    /// Lets time pass, and wakes the session whenever it asked for it.
    void pass(Duration duration) {
        shownFrom = now;
        long end = now + duration.toNanos();
        int idle = 0;
        for (long due = session.nextDeadline(); due <= end; due = session.nextDeadline()) {
            idle = due <= now ? idle + 1 : 0;
            assertThat(idle).as("the session asks to be woken again and again").isLessThan(3);
            now = Math.max(now, due);
            step(new Input.Tick());
        }
        now = end;
        step(new Input.Tick());
        shownFrom = -1;
    }

    /// Lets time pass until the session asks to be woken.
    void passToDeadline() {
        long due = session.nextDeadline();
        assertThat(due).as("the next deadline").isNotEqualTo(Long.MAX_VALUE);
        pass(Duration.ofNanos(Math.max(0, due - now)));
    }

    /// The process dies; only durable changes are left. Another begins.
    void restart() {
        state = log.recover();
        session = new Session(settings, state, SEED);
        loop = new SessionLoop(session, log, this::carryOut);
        connection = 0;
        step(new Input.Start());
    }

    // ---- what comes out

    private void carryOut(Effect effect) {
        switch (effect) {
            case Effect.Dial dial -> {
                connection = dial.connection();
                version = dial.version();
                stuck = false;
                unwritten = 0;
                written = 0;
                read = 0;
                show(EffectText.of(effect));
            }
            case Effect.Send send -> send(send.connection(), effect, send.packet());
            case Effect.SendNow send -> send(send.connection(), effect, send.packet());
            case Effect.Finish finish -> gone(finish.connection(), effect);
            case Effect.Abort abort -> gone(abort.connection(), effect);
            case Effect.Deliver deliver -> {
                if (deliver.ticket() != null) {
                    tickets.add(deliver.ticket());
                }
                show(
                        EffectText.of(effect)
                                + (deliver.ticket() == null ? "" : " #" + tickets.size()));
            }
            case Effect.Fetch fetch -> { // the engine's way to the store: no decision to review
                loop.answer(new Input.Fetched(log.read(fetch.fromSequence(), fetch.count())));
            }
            case Effect.OpenedAhead opened -> // no decision either
                    loop.answer(new Input.Ready(opened.connection(), opened.count()));
            default -> show(EffectText.of(effect));
        }
    }

    private void send(int number, Effect effect, Packet packet) {
        if (number != connection) {
            show("ignored " + EffectText.of(effect));
            return;
        }
        try {
            int size = new PacketWriter(version).sizeOf(packet);
            show(EffectText.of(effect));
            if (stuck) {
                unwritten += size;
            } else {
                written += size;
            }
        } catch (EncodingException e) {
            show("CANNOT BE ENCODED " + EffectText.of(effect) + ": " + e.getMessage());
        }
    }

    private void gone(int number, Effect effect) {
        show((number == connection ? "" : "ignored ") + EffectText.of(effect));
        if (number == connection) {
            connection = 0;
        }
    }

    private void show(String effect) {
        String after =
                shownFrom < 0 || now == shownFrom
                        ? ""
                        : "[+" + EffectText.time(Duration.ofNanos(now - shownFrom)) + "] ";
        out.add("> " + after + effect);
    }

    /// Every change was recorded: a replay gives the state as it is (F01, F02).
    void requireThatReplayGivesTheSameState() {
        SessionState again = log.replayed();
        assertThat(again.outgoing).as("exchanges, in order").isEqualTo(state.outgoing);
        assertThat(List.copyOf(again.outgoing.keySet()))
                .isEqualTo(List.copyOf(state.outgoing.keySet()));
        assertThat(again.incoming).isEqualTo(state.incoming);
        assertThat(again.granted).isEqualTo(state.granted);
        assertThat(List.copyOf(again.again)).isEqualTo(List.copyOf(state.again));
        assertThat(again.cursor).isEqualTo(state.cursor);
        assertThat(again.outboxMessages).isEqualTo(state.outboxMessages);
        assertThat(again.outboxBytes).isEqualTo(state.outboxBytes);
        assertThat(again.established).isEqualTo(state.established);
        assertThat(again.generation).isEqualTo(state.generation);
        assertThat(again.assignedClientId).isEqualTo(state.assignedClientId);
    }

    Input malformed() {
        return new Input.Malformed(connection, ReasonCode.MALFORMED_PACKET, "a reserved bit is 1");
    }
}
