package dev.caddis.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.session.Change;
import dev.caddis.mqtt.session.SessionState;
import dev.caddis.mqtt.session.Stored;
import dev.caddis.mqtt.store.Disk;
import dev.caddis.mqtt.store.JournalSettings;
import dev.caddis.mqtt.store.JournalStore;
import dev.caddis.mqtt.store.JournalView;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Reading a journal beside the process that has it.
class JournalViewTest {

    private static final JournalSettings SETTINGS =
            new JournalSettings("pump", true, 20_000, 5_000, 0, "this boot");

    private final SimulatedDisk disk = new SimulatedDisk();
    private final JournalStore writer;
    private long salt;

    JournalViewTest() {
        writer = JournalStore.open(disk, SETTINGS, () -> ++salt, () -> 0);
        for (int i = 0; i < 100; i++) {
            accept();
        }
    }

    private void apply(Change change) {
        SessionState state = writer.recover();
        state.apply(change);
        writer.append(change);
        writer.settle(state, 0);
        writer.work();
    }

    private void accept() {
        apply(new Change.Accepted(writer.recover().lastAccepted() + 1, message(), 0, null));
    }

    private static Publish message() {
        return new Publish(
                "pump/data",
                Bytes.copyOf(new byte[1_000]),
                Qos.AT_LEAST_ONCE,
                false,
                false,
                0,
                Publish.Properties.NONE);
    }

    private void deliver(int count) {
        for (int i = 0; i < count; i++) {
            long next = writer.recover().cursor();
            apply(new Change.Opened(next, 1, message(), false));
            apply(new Change.Ended(1));
        }
    }

    /// Calls `meanwhile` before the file is opened for the `nth` time that any is.
    private final class Busy implements Disk {
        private final Runnable meanwhile;
        private int left;

        Busy(int nth, Runnable meanwhile) {
            this.left = nth;
            this.meanwhile = meanwhile;
        }

        @Override
        public Reader open(String name) throws IOException {
            if (--left == 0) {
                meanwhile.run();
            }
            return disk.open(name);
        }

        @Override
        public String name() {
            return disk.name();
        }

        @Override
        public List<String> names() throws IOException {
            return disk.names();
        }

        @Override
        public long room() throws IOException {
            return disk.room();
        }

        @Override
        public Writer create(String name) {
            throw new AssertionError("who looks makes " + name);
        }

        @Override
        public void delete(String name) {
            throw new AssertionError("who looks deletes " + name);
        }

        @Override
        public void rename(String from, String to) {
            throw new AssertionError("who looks renames " + from);
        }

        @Override
        public void force(String name) {
            throw new AssertionError("who looks forces " + name);
        }

        @Override
        public void forceNames() {
            throw new AssertionError("who looks forces names");
        }

        @Override
        public void close() {}
    }

    private List<Long> read(Disk beside) {
        List<Long> sequences = new ArrayList<>();
        try (JournalView view = JournalView.of(beside, "this boot").orElseThrow()) {
            for (Stored next = view.next(); next != null; next = view.next()) {
                sequences.add(next.sequence());
            }
        }
        return sequences;
    }

    @Test
    void whenever_files_begin_and_go_while_it_looks_it_sees_the_session_of_some_moment() {
        for (int nth = 1; nth <= 30; nth++) {
            long before = writer.recover().cursor();
            List<Long> seen =
                    read(
                            new Busy(
                                    nth,
                                    () -> {
                                        deliver(60);
                                        for (int i = 0; i < 60; i++) {
                                            accept();
                                        }
                                    }));
            long last = writer.recover().lastAccepted();
            assertThat(seen).as("file %d", nth).isSorted().doesNotHaveDuplicates();
            assertThat(seen)
                    .as("file %d: what waited all the time", nth)
                    .containsAll(waiting(before, last));
            assertThat(seen).as("file %d", nth).allMatch(each -> each >= before && each <= last);
        }
        assertThat(writer.takeDamages()).isEmpty();
    }

    /// Those that waited before and wait still.
    private List<Long> waiting(long before, long last) {
        List<Long> waiting = new ArrayList<>();
        long from = Math.max(before, writer.recover().cursor());
        for (long sequence = from; sequence <= last - 60; sequence++) {
            waiting.add(sequence);
        }
        return waiting;
    }
}
