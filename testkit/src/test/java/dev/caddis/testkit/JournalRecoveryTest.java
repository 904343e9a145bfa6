package dev.caddis.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.session.Change;
import dev.caddis.mqtt.session.SessionState;
import dev.caddis.mqtt.session.Stored;
import dev.caddis.mqtt.store.JournalSettings;
import dev.caddis.mqtt.store.JournalStore;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// What a journal gives back after a power cut, or after the end of the process, is the session as
/// it was at some moment, and at none before the last change that was called durable.
class JournalRecoveryTest {

    private static final JournalSettings SMALL =
            new JournalSettings("pump", true, 20_000, 5_000, 0, "");

    @ParameterizedTest
    @ValueSource(longs = {1, 1_000, 2_000, 3_000})
    void a_session_survives_power_cuts_and_kills(long first) {
        for (long seed = first; seed < first + 50; seed++) {
            new Lives(seed).live(4);
        }
    }

    @Test
    void an_empty_folder_is_a_new_session() {
        JournalStore store = JournalStore.open(new SimulatedDisk(), SMALL, () -> 1, () -> 0);
        assertThat(store.recover().checkpoint()).isEqualTo(new SessionState().checkpoint());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 1_000, 2_000})
    void a_power_cut_while_it_is_closed_is_no_damage_and_costs_nothing_accepted(long first) {
        for (long seed = first; seed < first + 200; seed++) {
            closeInAPowerCut(seed);
        }
    }

    private static void closeInAPowerCut(long seed) {
        Random random = new Random(seed);
        SimulatedDisk disk = new SimulatedDisk();
        JournalStore store = JournalStore.open(disk, SMALL, random::nextLong, () -> 0);
        SessionState state = store.recover();
        JournalSession session = new JournalSession(random);
        TreeMap<Long, Long> sequences = new TreeMap<>(); // by position
        for (int batch = random.nextInt(3); batch >= 0; batch--) {
            store.settle(state, 0);
            store.work();
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                Change.Accepted accepted = session.accept(state);
                state.apply(accepted);
                sequences.put(store.append(accepted), accepted.sequence());
            }
        }
        disk.failAt(disk.operations() + 1 + random.nextInt(5), SimulatedDisk.Fault.BROKEN);
        store.close();
        long durable = store.durable();
        disk = disk.afterPowerCut(random);

        JournalStore next = JournalStore.open(disk, SMALL, random::nextLong, () -> 0);
        assertThat(next.takeDamages()).as("seed %d", seed).isEmpty();
        assertThat(next.recover().checkpoint())
                .as("seed %d", seed)
                .doesNotHaveAnyElementsOfTypes(Change.Doubtful.class);
        List<Long> found = new ArrayList<>();
        long from = next.recover().cursor();
        for (List<Stored> some = JournalSession.read(next, from);
                !some.isEmpty();
                some = JournalSession.read(next, found.getLast() + 1)) {
            some.forEach(each -> found.add(each.sequence()));
        }
        assertThat(found)
                .as("seed %d", seed)
                .containsAll(sequences.headMap(durable, true).values())
                .hasSize((int) next.recover().outboxMessages());
        assertThat(next.takeDamages()).as("seed %d", seed).isEmpty();
    }

    /// One session through several processes on one disk.
    private static final class Lives {
        private final long seed;
        private final Random random;
        private final JournalSession session;
        private final TreeMap<Long, List<Change>> after = new TreeMap<>(); // by position
        private SimulatedDisk disk = new SimulatedDisk();

        Lives(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.session = new JournalSession(random);
        }

        void live(int lives) {
            List<List<Change>> possible = List.of(what(new SessionState()));
            for (int life = 0; life < lives; life++) {
                JournalStore store = open();
                List<Change> recovered = found(store);
                assertThat(possible).as("seed %d, life %d", seed, life).contains(recovered);
                requireWholeOutbox(store);
                disk = disk.afterKill();
                store = open();
                assertThat(found(store))
                        .as("seed %d, life %d, recovered twice", seed, life)
                        .isEqualTo(recovered);
                possible = List.copyOf(work(store).values());
            }
        }

        private List<Change> found(JournalStore store) {
            assertThat(store.takeDamages()).as("seed %d", seed).isEmpty();
            return what(store.recover());
        }

        /// All but the sequences that an end without order leaves out.
        private static List<Change> what(SessionState state) {
            List<Change> changes = new ArrayList<>(state.checkpoint());
            if (changes.removeLast() instanceof Change.Outbox outbox) {
                changes.add(
                        new Change.Outbox(
                                outbox.messages() == 0 ? 0 : outbox.cursor(),
                                0,
                                outbox.messages(),
                                outbox.bytes(),
                                outbox.acceptedMessages(),
                                outbox.acceptedBytes()));
            }
            return changes;
        }

        private JournalStore open() {
            return JournalStore.open(disk, SMALL, random::nextLong, () -> 0);
        }

        private void requireWholeOutbox(JournalStore store) {
            SessionState state = store.recover();
            long count = 0;
            long from = state.cursor();
            for (List<Stored> some = JournalSession.read(store, from);
                    !some.isEmpty();
                    some = JournalSession.read(store, from)) {
                for (Stored message : some) {
                    assertThat(message.message())
                            .isEqualTo(session.accepted().get(message.sequence()));
                    from = message.sequence() + 1;
                    count++;
                }
            }
            assertThat(count).as("seed %d", seed).isEqualTo(state.outboxMessages());
        }

        /// Changes the session at random until the process ends; returns the states that may be
        /// found.
        private Map<Long, List<Change>> work(JournalStore store) {
            SessionState state = store.recover();
            after.clear();
            session.begin();
            after.put(store.durable(), what(state));
            if (random.nextInt(3) == 0) {
                disk.failAt(
                        disk.operations() + random.nextInt(60),
                        random.nextBoolean()
                                ? SimulatedDisk.Fault.BROKEN
                                : SimulatedDisk.Fault.FULL);
            }
            for (int i = random.nextInt(400); i > 0 && store.failure() == null; i--) {
                Change change = session.change(store, state);
                if (change != null) {
                    state.apply(change);
                    after.put(store.append(change), what(state));
                }
                if (random.nextInt(4) == 0) {
                    store.settle(state, 0);
                }
                if (random.nextInt(6) == 0) {
                    store.work();
                }
            }
            long durable = store.durable();
            disk = random.nextInt(4) == 0 ? disk.afterKill() : disk.afterPowerCut(random);
            return after.tailMap(after.floorKey(durable), true);
        }
    }
}
