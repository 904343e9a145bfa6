package dev.caddis.mqtt.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.SubscriptionOptions;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A session, its disk, a network and a [ModelBroker], all in the hands of one random seed: packets
/// are late, connections break, the disk is slow, the process dies.
final class World {

    private static final int ACTIONS = 400;
    private static final int SETTLING_MAX = 20_000;

    private final Random random;
    private final boolean dies;
    private final SessionSettings settings;
    private final RecordedLog log = new RecordedLog(change -> {});
    private final ModelBroker broker = new ModelBroker();
    private final ArrayDeque<Packet> toBroker = new ArrayDeque<>();
    private final ArrayDeque<Packet> toClient = new ArrayDeque<>();
    private final List<Ticket> atHandlers = new ArrayList<>();

    private final Map<Long, String> admitted = new LinkedHashMap<>(); // by sequence
    private final Map<Long, String> handedIn = new HashMap<>();
    private final Map<Long, Integer> outcomes = new HashMap<>();
    private final Map<String, Integer> handled = new HashMap<>();
    private final List<String> published = new ArrayList<>(); // by the broker
    private SessionState state = new SessionState();
    private Session session;
    private SessionLoop loop;
    private long now;
    private int connection;
    private boolean finishing;
    private long lastSequence;

    World(long seed, boolean dies) {
        random = new Random(seed);
        this.dies = dies;
        settings =
                Given.settings(
                        new Line(
                                "given subscription-ids=1 outgoing-aliases=2 max-in-flight=6"
                                        + " open-ahead="
                                        + random.nextInt(5)));
        session = new Session(settings, state, seed);
        loop = new SessionLoop(session, log, this::carryOut);
    }

    void play() {
        if (dies) {
            log.slow();
        }
        step(new Input.Want("down", SubscriptionOptions.of(Qos.EXACTLY_ONCE)));
        step(new Input.Start());
        for (int i = 0; i < ACTIONS; i++) {
            act();
        }
        settle();
    }

    private void act() {
        switch (random.nextInt(dies ? 21 : 20)) {
            case 0, 1, 2, 3 -> submit();
            case 4, 5 -> published.add(broker.publish(Qos.of(1 + random.nextInt(2))));
            case 6, 7, 8, 9, 10 -> carryToBroker();
            case 11, 12, 13, 14 -> carryToClient();
            case 15, 16 -> handle();
            case 17 -> {
                log.makeDurable(1 + random.nextInt(4));
                loop.carryOut(now);
            }
            case 18 -> cut();
            case 19 -> passTime();
            default -> die();
        }
    }

    /// Nothing breaks any more, and everything has its time.
    private void settle() {
        for (int i = 0; i < SETTLING_MAX && !isQuiet(); i++) {
            log.makeDurable(Integer.MAX_VALUE / 2);
            loop.carryOut(now);
            while (!atHandlers.isEmpty()) {
                handle();
            }
            if (toBroker.isEmpty() && toClient.isEmpty() && broker.pump().isEmpty()) {
                passTime();
            }
            carryToBroker();
            carryToClient();
        }
        assertThat(isQuiet()).as("everything ends").isTrue();
    }

    private boolean isQuiet() {
        return !state.hasUnfinished()
                && state.incoming.isEmpty()
                && atHandlers.isEmpty()
                && toBroker.isEmpty()
                && toClient.isEmpty()
                && broker.isIdle()
                && session.isOnline()
                && !loop.isWaiting();
    }

    private void submit() {
        Qos qos = Qos.of(1 + random.nextInt(2));
        long sequence = ++lastSequence;
        String payload = "up-" + qos.level() + "-" + sequence;
        handedIn.put(sequence, payload);
        step(
                new Input.Submitted(
                        sequence,
                        new Publish(
                                "some/long/topic/" + random.nextInt(3),
                                Bytes.utf8(payload),
                                qos,
                                false,
                                false,
                                0,
                                Publish.Properties.NONE),
                        null));
    }

    private void carryToBroker() {
        Packet next = toBroker.poll();
        if (next != null) {
            toClient.addAll(broker.take(next));
        }
        toClient.addAll(broker.pump());
        if (finishing && toBroker.isEmpty()) {
            lose();
        }
    }

    private void carryToClient() {
        Packet next = toClient.poll();
        if (next != null && connection != 0) {
            step(new Input.Arrived(connection, List.of(next)));
        }
    }

    private void handle() {
        if (!atHandlers.isEmpty()) {
            step(new Input.Handled(atHandlers.remove(random.nextInt(atHandlers.size()))));
        }
    }

    private void cut() {
        if (connection != 0) {
            int lost = connection;
            step(
                    new Input.LinkDown(
                            lost, new ConnectionFailure(ConnectionFailure.Kind.RESET, "cut")));
        }
    }

    private void passTime() {
        long due = session.nextDeadline();
        now = due == Long.MAX_VALUE ? now + 1_000_000_000L : Math.max(now, due);
        step(new Input.Tick());
    }

    /// Only what was durable is left.
    private void die() {
        state = log.recover();
        log.slow();
        session = new Session(settings, state, random.nextLong());
        loop = new SessionLoop(session, log, this::carryOut);
        atHandlers.clear();
        lose();
        lastSequence = state.lastAccepted;
        step(new Input.Want("down", SubscriptionOptions.of(Qos.EXACTLY_ONCE)));
        step(new Input.Start());
    }

    private void lose() {
        connection = 0;
        finishing = false;
        toBroker.clear();
        toClient.clear();
        broker.gone();
    }

    private void step(Input input) {
        if (connection != 0) {
            loop.take(new Input.Traffic(connection, 0, now + 1, now + 1), now);
        }
        loop.take(input, now);
        loop.carryOut(now);
    }

    private void carryOut(Effect effect) {
        switch (effect) {
            case Effect.Dial dial -> {
                lose();
                connection = dial.connection();
                loop.answer(new Input.LinkUp(connection, "", null, null, null));
            }
            case Effect.Send send -> send(send.connection(), send.packet());
            case Effect.SendNow send -> send(send.connection(), send.packet());
            case Effect.Finish finish -> finishing = finish.connection() == connection;
            case Effect.Abort abort -> {
                if (abort.connection() == connection) {
                    lose();
                }
            }
            case Effect.OpenedAhead opened ->
                    loop.answer(new Input.Ready(opened.connection(), opened.count()));
            case Effect.Fetch fetch ->
                    loop.answer(new Input.Fetched(log.read(fetch.fromSequence(), fetch.count())));
            case Effect.Deliver deliver -> {
                handled.merge(deliver.message().payload().asUtf8(), 1, Integer::sum);
                if (deliver.ticket() != null) {
                    atHandlers.add(deliver.ticket());
                }
            }
            case Effect.Admit admit ->
                    admitted.put(admit.sequence(), handedIn.get(admit.sequence()));
            case Effect.Complete complete -> {
                outcomes.merge(complete.sequence(), 1, Integer::sum);
                assertThat(complete.outcome()).isInstanceOf(Outcome.Acknowledged.class);
            }
            default -> {}
        }
    }

    private void send(int number, Packet packet) {
        if (number == connection && !finishing) {
            toBroker.add(packet);
        }
    }

    // ---- what is promised

    /// Everything that was accepted arrived: QoS 1 at least once, QoS 2 exactly once.
    void requireAllAcceptedArrived() {
        for (String payload : admitted.values()) {
            long times = broker.received.stream().filter(payload::equals).count();
            assertThat(times).as(payload).isPositive();
            if (payload.startsWith("up-2")) {
                assertThat(times).as(payload).isEqualTo(1);
            }
        }
    }

    /// First arrivals in order of acceptance.
    void requireOrder() {
        List<String> first = broker.received.stream().distinct().toList();
        List<String> wanted =
                admitted.values().stream().filter(first::contains).distinct().toList();
        assertThat(first.stream().filter(wanted::contains).toList()).isEqualTo(wanted);
    }

    /// Each receipt has one outcome.
    void requireOneOutcomeEach() {
        assertThat(outcomes).hasSameSizeAs(admitted);
        assertThat(outcomes.values()).allMatch(count -> count == 1);
    }

    /// What the broker published was handled: QoS 1 at least once, QoS 2 once.
    void requireAllPublishedHandled() {
        for (String payload : published) {
            int times = handled.getOrDefault(payload, 0);
            assertThat(times).as(payload).isPositive();
            if (payload.startsWith("down-2") && !dies) {
                assertThat(times).as(payload).isEqualTo(1);
            }
        }
    }

    void requireThatReplayGivesTheSameState() {
        SessionState again = log.replayed();
        assertThat(again.outgoing).isEqualTo(state.outgoing);
        assertThat(again.incoming).isEqualTo(state.incoming);
        assertThat(again.granted).isEqualTo(state.granted);
        assertThat(again.cursor).isEqualTo(state.cursor);
    }
}
