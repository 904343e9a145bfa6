package dev.caddis.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.session.Change;
import dev.caddis.mqtt.session.SessionState;
import dev.caddis.mqtt.session.Stored;
import dev.caddis.mqtt.store.JournalDamage;
import dev.caddis.mqtt.store.JournalSettings;
import dev.caddis.mqtt.store.JournalStore;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/// A disk that cannot read one of its blocks any more costs what stood there and nothing else.
class JournalUnreadableTest {

    private static final int BLOCK = 4 << 10;
    private static final int MESSAGES = 60;
    private static final JournalSettings SETTINGS =
            new JournalSettings("pump", true, 20_000, 5_000, 0, "this boot");

    private final Random random = new Random(1);
    private SimulatedDisk disk = new SimulatedDisk();

    private JournalStore open() {
        return JournalStore.open(disk, SETTINGS, random::nextLong, () -> 0);
    }

    @BeforeEach
    void fill() {
        JournalStore store = open();
        SessionState state = store.recover();
        for (long sequence = 1; sequence <= MESSAGES; sequence++) {
            Change accepted =
                    new Change.Accepted(
                            sequence,
                            new Publish(
                                    "pump/data",
                                    Bytes.copyOf(new byte[1_000]),
                                    Qos.AT_LEAST_ONCE,
                                    false,
                                    false,
                                    0,
                                    Publish.Properties.NONE),
                            0,
                            null);
            state.apply(accepted);
            store.append(accepted);
            store.settle(state, 0);
            store.work();
        }
        disk = disk.afterKill();
    }

    private List<String> journals() throws IOException {
        return disk.names().stream().filter(name -> name.endsWith(".journal")).sorted().toList();
    }

    /// The messages of `file` with a byte between `from` and `to`.
    private Set<Long> messages(String file, int from, int to) {
        ByteBuffer bytes = ByteBuffer.wrap(disk.content(file));
        Set<Long> sequences = new TreeSet<>();
        for (int at = 20; at < bytes.limit(); at += 8 + bytes.getInt(at)) {
            boolean touched = at < to && at + 8 + bytes.getInt(at) > from;
            if (touched && bytes.get(at + 16) == 1) {
                sequences.add(bytes.getLong(at + 17));
            }
        }
        return sequences;
    }

    private static Set<Long> kept(JournalStore store) {
        Set<Long> kept = new TreeSet<>();
        long from = store.recover().cursor();
        List<Stored> some = JournalSession.read(store, from);
        while (!some.isEmpty()) {
            some.forEach(each -> kept.add(each.sequence()));
            some = JournalSession.read(store, some.getLast().sequence() + 1);
        }
        return kept;
    }

    @Test
    void a_block_of_any_segment_costs_what_stands_in_it_and_the_file_is_named() throws IOException {
        SimulatedDisk whole = disk;
        List<String> files = journals();
        assertThat(files).hasSizeGreaterThan(2);
        for (String file : files) {
            for (int block = 0; block < whole.size(file); block += BLOCK) {
                disk = whole.copy();
                Set<Long> expected = new TreeSet<>();
                files.forEach(each -> expected.addAll(messages(each, 0, Integer.MAX_VALUE)));
                expected.removeAll(messages(file, block, block + BLOCK));
                disk.unreadable(file, block, block + BLOCK);
                String what = file + " from " + block + " on";

                JournalStore store = open();
                assertThat(kept(store)).as(what).containsAll(expected);
                assertThat(store.takeDamages())
                        .as(what)
                        .extracting(JournalDamage::file)
                        .contains(file + ".damaged");
                assertThat(store.failure()).as(what).isNull();
                store.close();
            }
        }
    }

    @Test
    void newest_that_cannot_be_read_costs_no_message() {
        disk.unreadable("newest", 0, BLOCK);
        JournalStore store = open();
        assertThat(kept(store)).hasSize(MESSAGES);
        store.close();
        disk = disk.afterKill();
        JournalStore next = open();
        assertThat(next.takeDamages()).as("it is written anew").isEmpty();
        assertThat(kept(next)).hasSize(MESSAGES);
    }
}
