package dev.caddis.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.session.Change;
import dev.caddis.mqtt.session.SessionState;
import dev.caddis.mqtt.session.Stored;
import dev.caddis.mqtt.store.JournalDamage;
import dev.caddis.mqtt.store.JournalSettings;
import dev.caddis.mqtt.store.JournalStore;
import dev.caddis.mqtt.store.StoreException;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// What the next process finds, case by case; each was found by the simulator.
class JournalRestartTest {

    private static final JournalSettings SETTINGS =
            new JournalSettings("pump", true, 20_000, 5_000, 0, "this boot");

    private final Random random = new Random(1);
    private SimulatedDisk disk = new SimulatedDisk();

    private JournalStore open() {
        return JournalStore.open(disk, SETTINGS, random::nextLong, () -> 0);
    }

    private void record(JournalStore store, SessionState state, Change change) {
        state.apply(change);
        store.append(change);
        store.settle(state, 0);
        store.work();
    }

    private void accept(JournalStore store, SessionState state, Qos qos) {
        record(store, state, accepted(state, qos));
    }

    private static Change.Accepted accepted(SessionState state, Qos qos) {
        long sequence = state.lastAccepted() + 1;
        return new Change.Accepted(
                sequence,
                new Publish(
                        "pump/data",
                        Bytes.utf8("m" + sequence),
                        qos,
                        false,
                        false,
                        0,
                        Publish.Properties.NONE),
                0,
                null);
    }

    private static List<Long> read(JournalStore store, long from) {
        List<Long> sequences = new ArrayList<>();
        List<Stored> some = JournalSession.read(store, from);
        while (!some.isEmpty()) {
            some.forEach(each -> sequences.add(each.sequence()));
            some = JournalSession.read(store, sequences.getLast() + 1);
        }
        return sequences;
    }

    @Test
    void messages_accepted_after_a_restart_are_read_behind_those_before_it() {
        JournalStore store = open();
        accept(store, store.recover(), Qos.AT_LEAST_ONCE);
        disk = disk.afterKill();

        JournalStore next = open();
        SessionState state = next.recover();
        accept(next, state, Qos.AT_LEAST_ONCE);

        assertThat(read(next, state.cursor())).containsExactly(1L, state.lastAccepted());
    }

    @Test
    void an_end_while_the_first_file_is_made_is_no_damage() {
        for (int operation = 1; operation <= 12; operation++) {
            for (int times = 0; times < 20; times++) {
                disk = new SimulatedDisk();
                disk.failAt(operation, SimulatedDisk.Fault.FULL);
                Throwable failure = catchThrowable(this::open);
                disk =
                        failure instanceof StoreException && times > 0
                                ? disk.afterPowerCut(random)
                                : disk.afterKill();
                assertThat(open().takeDamages()).as("operation %d", operation).isEmpty();
            }
        }
    }

    @Test
    void a_zeroed_newest_file_makes_the_session_doubtful_and_hides_nothing_that_comes_after()
            throws IOException {
        JournalStore store = open();
        accept(store, store.recover(), Qos.AT_LEAST_ONCE);
        disk = disk.afterKill();
        open().close();
        disk = disk.afterKill();
        String newest =
                disk.names().stream().filter(n -> n.endsWith(".journal")).toList().getLast();
        disk.zero(newest, 0, disk.size(newest));

        JournalStore next =
                JournalStore.open(
                        disk,
                        new JournalSettings("pump", true, 20_000, 1, 0, "this boot"),
                        random::nextLong,
                        () -> 0);
        SessionState state = next.recover();
        assertThat(next.takeDamages()).isNotEmpty();
        assertThat(state.checkpoint()).hasAtLeastOneElementOfType(Change.Doubtful.class);
        accept(next, state, Qos.AT_LEAST_ONCE);
        long first = state.lastAccepted();
        accept(next, state, Qos.AT_LEAST_ONCE);
        accept(next, state, Qos.AT_LEAST_ONCE);

        assertThat(read(next, state.cursor())).containsExactly(1L, first, first + 1, first + 2);
    }

    @Test
    void a_message_that_was_on_its_way_and_cannot_be_read_is_missing_in_the_outbox()
            throws IOException {
        JournalStore store = open();
        SessionState state = store.recover();
        accept(store, state, Qos.EXACTLY_ONCE);
        accept(store, state, Qos.EXACTLY_ONCE);
        Stored first = JournalSession.read(store, 1).getFirst();
        record(store, state, new Change.Opened(1, 1, first.message(), false));
        disk = disk.afterKill();
        String file = journals().getFirst();
        String bytes = new String(disk.content(file), StandardCharsets.ISO_8859_1);
        disk.flip(file, bytes.indexOf("m1"), 0);

        JournalStore next = open();
        assertThat(next.takeDamages()).extracting(JournalDamage::file).contains(file + ".damaged");
        assertThat(next.recover().outboxMessages()).isEqualTo(2);
        assertThat(read(next, next.recover().cursor())).containsExactly(2L);
    }

    @Test
    void a_file_that_is_gone_is_told_and_no_other_is_called_damaged() throws IOException {
        for (int gone = 1; gone <= 4; gone++) {
            disk = new SimulatedDisk();
            for (int life = 1; life <= 4; life++) {
                JournalStore store = open();
                accept(store, store.recover(), Qos.AT_LEAST_ONCE);
                disk = disk.afterKill();
            }
            String file = journals().get(gone - 1);
            disk.lose(file);

            for (int life = 1; life <= 2; life++) { // the next one, and the one after that
                JournalStore next = open();
                assertThat(read(next, next.recover().cursor())).hasSize(3);
                assertThat(next.takeDamages())
                        .extracting(JournalDamage::file)
                        .containsExactly(file);
                assertThat(disk.names()).noneMatch(name -> name.endsWith(".damaged"));
                disk = disk.afterKill();
            }
        }
    }

    private List<String> journals() throws IOException {
        return disk.names().stream().filter(name -> name.endsWith(".journal")).sorted().toList();
    }

    @Test
    void many_restarts_leave_no_files_behind_and_lose_nothing() throws IOException {
        JournalStore store = open();
        SessionState state = store.recover();
        accept(store, state, Qos.EXACTLY_ONCE);
        Stored first = JournalSession.read(store, 1).getFirst();
        record(store, state, new Change.Opened(1, 1, first.message(), false));
        accept(store, state, Qos.AT_LEAST_ONCE);
        store.close();
        List<Long> waiting = new ArrayList<>(List.of(2L));
        for (int life = 1; life <= 40; life++) {
            disk = disk.afterKill();
            store = open();
            assertThat(store.takeDamages()).as("life %d", life).isEmpty();
            assertThat(journals())
                    .as("life %d", life)
                    .hasSizeLessThanOrEqualTo(2 * waiting.size() + 2);
            if (life % 10 == 0) {
                accept(store, store.recover(), Qos.AT_LEAST_ONCE);
                waiting.add(store.recover().lastAccepted());
            }
            assertThat(read(store, store.recover().cursor())).isEqualTo(waiting);
            assertThat(store.recover().checkpoint())
                    .hasAtLeastOneElementOfType(Change.Opened.class);
            assertThat(store.takeDamages()).as("life %d", life).isEmpty();
            store.close();
        }
        assertThat(disk.used()).isLessThan(2 * 20_000); // the reserve has half of it
    }

    @Test
    void after_many_restarts_a_damaged_checkpoint_is_made_up_for_by_the_one_before()
            throws IOException {
        JournalStore store = open();
        SessionState state = store.recover();
        accept(store, state, Qos.EXACTLY_ONCE);
        Stored first = JournalSession.read(store, 1).getFirst();
        Change onItsWay = new Change.Opened(1, 1, first.message(), false);
        record(store, state, onItsWay);
        accept(store, state, Qos.AT_LEAST_ONCE);
        for (int life = 1; life <= 40; life++) {
            store.close();
            disk = disk.afterKill();
            store = open();
        }
        accept(store, store.recover(), Qos.AT_LEAST_ONCE);
        long last = store.recover().lastAccepted();
        disk = disk.afterKill();
        String newest = journals().getLast();
        disk.flip(newest, 60, 0); // in its first record

        store = open();
        assertThat(store.takeDamages())
                .extracting(JournalDamage::file)
                .containsExactly(newest + ".damaged");
        assertThat(read(store, store.recover().cursor())).containsExactly(2L, last);
        assertThat(store.recover().checkpoint()).contains(onItsWay);
        assertThat(store.takeDamages()).isEmpty();
    }

    @Test
    void without_newest_a_damaged_last_file_keeps_its_messages() throws IOException {
        open().close();
        disk = disk.afterKill();
        JournalStore store = open();
        SessionState state = store.recover();
        List<Long> accepted = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            accept(store, state, Qos.AT_LEAST_ONCE);
            accepted.add(state.lastAccepted());
        }
        disk = disk.afterKill();
        disk.lose("newest");
        String last = journals().getLast();
        disk.flip(last, 60, 0); // in its first record

        JournalStore next = open();
        assertThat(next.takeDamages()).extracting(JournalDamage::file).contains(last + ".damaged");
        assertThat(read(next, next.recover().cursor())).isEqualTo(accepted);
    }

    @Test
    void a_message_on_its_way_goes_on_with_what_was_left_of_its_life() {
        JournalStore store = open();
        SessionState state = store.recover();
        Change.Accepted accepted = accepted(state, Qos.AT_LEAST_ONCE);
        Publish message = accepted.message().withMessageExpiry(60);
        record(store, state, new Change.Accepted(1, message, 0, null));
        Change opened = new Change.Opened(1, 1, message.withMessageExpiry(13), false);
        record(store, state, opened);
        disk = disk.afterKill();
        assertThat(open().recover().checkpoint()).contains(opened);
        disk = disk.afterKill();
        assertThat(open().recover().checkpoint()).as("and again").contains(opened);
    }
}
