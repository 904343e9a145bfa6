package dev.caddis.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.session.Change;
import dev.caddis.mqtt.session.SessionState;
import dev.caddis.mqtt.session.Stored;
import dev.caddis.mqtt.store.JournalDamage;
import dev.caddis.mqtt.store.JournalSettings;
import dev.caddis.mqtt.store.JournalStore;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/// A damaged journal opens, keeps every message that can still be read, and names what it set aside
/// (F29, F30).
class JournalDamageTest {

    private static final JournalSettings SMALL =
            new JournalSettings("pump", true, 20_000, 5_000, 0, "this boot");

    /// What happens to a file, and how many messages it may cost.
    enum Damage {
        FLIPPED_BIT,
        ZEROED_SECTOR,
        ZEROED_FILE,
        EMPTY_FILE,
        MISSING_FILE
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void what_can_still_be_read_is_kept_and_told(Damage damage) {
        for (long seed = 1; seed <= 200; seed++) {
            new Life(seed, damage).live();
        }
    }

    private static final class Life {
        private final long seed;
        private final Damage damage;
        private final Random random;
        private final JournalSession session;
        private SimulatedDisk disk = new SimulatedDisk();
        private boolean atTheEnd; // where it looks as if it had not been written yet

        Life(long seed, Damage damage) {
            this.seed = seed;
            this.damage = damage;
            this.random = new Random(seed);
            this.session = new JournalSession(random);
        }

        void live() {
            Set<Long> unfinished = unfinished();
            String file = any(segments());
            Set<Long> atStake = damage(file);
            JournalStore store = JournalStore.open(disk, SMALL, random::nextLong, () -> 0);
            Set<Long> kept = kept(store);
            List<JournalDamage> damages = store.takeDamages();
            String what = "seed " + seed + ", " + file + ", told " + damages;
            Set<Long> lost = new TreeSet<>(unfinished);
            lost.removeAll(kept);
            assertThat(atStake).as(what).containsAll(lost);
            if (!lost.isEmpty() && !atTheEnd) {
                assertThat(damages).as(what + ", lost " + lost).isNotEmpty();
            }
            for (JournalDamage each : damages) {
                assertThat(each.what()).as(what).isNotEmpty();
            }
            store.close();
        }

        /// @return the sequences that have not reached their outcome at the end of the process
        private Set<Long> unfinished() {
            JournalStore store = JournalStore.open(disk, SMALL, random::nextLong, () -> 0);
            SessionState state = store.recover();
            for (int i = 200 + random.nextInt(800); i > 0; i--) {
                Change change = session.change(store, state);
                if (change != null) {
                    state.apply(change);
                    store.append(change);
                }
                if (random.nextInt(4) == 0) {
                    store.settle(state, 0);
                    store.work();
                }
            }
            store.settle(state, 0);
            store.work();
            Set<Long> unfinished = open(state);
            for (long sequence = state.cursor(); sequence <= state.lastAccepted(); sequence++) {
                if (session.accepted().containsKey(sequence)) {
                    unfinished.add(sequence);
                }
            }
            if (random.nextBoolean()) {
                store.close();
            }
            disk = disk.afterKill();
            return unfinished;
        }

        private static Set<Long> open(SessionState state) {
            Set<Long> open = new TreeSet<>();
            for (Change each : state.checkpoint()) {
                if (each instanceof Change.Opened opened) {
                    open.add(opened.sequence());
                } else if (each instanceof Change.Again again) {
                    open.add(again.sequence());
                }
            }
            return open;
        }

        private Set<Long> kept(JournalStore store) {
            SessionState state = store.recover();
            Set<Long> kept = open(state);
            long from = state.cursor();
            long left = state.acceptedMessages() - state.outboxMessages();
            List<Stored> some = JournalSession.read(store, from);
            while (!some.isEmpty()) {
                for (Stored each : some) {
                    assertThat(each.message()).isEqualTo(session.accepted().get(each.sequence()));
                    assertThat(each.messagesBefore())
                            .as("seed %d: of those before it, none has left twice", seed)
                            .isGreaterThanOrEqualTo(left);
                    left = each.messagesBefore() + 1;
                    kept.add(each.sequence());
                    from = each.sequence() + 1;
                }
                some = JournalSession.read(store, from);
            }
            assertThat(left)
                    .as("seed %d: left", seed)
                    .isLessThanOrEqualTo(state.acceptedMessages());
            return kept;
        }

        private String any(List<String> names) {
            return names.get(random.nextInt(names.size()));
        }

        private List<String> segments() {
            try {
                return disk.names().stream().filter(name -> name.endsWith(".journal")).toList();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /// The sequences that records between two places of a file name, by docs/reference/
        /// journal-format.md.
        private Set<Long> sequencesIn(String file, int from, int to) {
            Set<Long> sequences = new TreeSet<>();
            atTheEnd = file.equals(segments().getLast());
            ByteBuffer bytes = ByteBuffer.wrap(disk.content(file));
            int at = 20;
            while (at + 16 < bytes.limit()) {
                int end = at + 8 + bytes.getInt(at);
                boolean named = List.of(1, 3, 4, 16).contains((int) bytes.get(at + 16));
                if (named && at < to && end > from) {
                    sequences.add(bytes.getLong(at + 17));
                }
                atTheEnd &= at < to;
                at = end;
            }
            return sequences;
        }

        /// @return the sequences that it may cost
        private Set<Long> damage(String file) {
            int size = disk.size(file);
            int at = random.nextInt(size);
            Set<Long> atStake = new TreeSet<>();
            switch (damage) {
                case FLIPPED_BIT -> {
                    atStake.addAll(sequencesIn(file, at, at + 1));
                    disk.flip(file, at, random.nextInt(8));
                }
                case ZEROED_SECTOR -> {
                    int begin = at / 512 * 512;
                    int end = Math.min(size, begin + 512);
                    atStake.addAll(sequencesIn(file, begin, end));
                    disk.zero(file, begin, end);
                }
                case ZEROED_FILE -> {
                    atStake.addAll(sequencesIn(file, 0, size));
                    disk.zero(file, 0, size);
                }
                case EMPTY_FILE -> {
                    atStake.addAll(sequencesIn(file, 0, size));
                    disk.truncate(file, 0);
                }
                case MISSING_FILE -> {
                    atStake.addAll(sequencesIn(file, 0, size));
                    disk.lose(file);
                }
            }
            return atStake;
        }
    }
}
