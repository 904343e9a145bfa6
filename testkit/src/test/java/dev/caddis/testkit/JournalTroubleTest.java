package dev.caddis.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.session.Change;
import dev.caddis.mqtt.session.Place;
import dev.caddis.mqtt.session.SessionState;
import dev.caddis.mqtt.session.Stored;
import dev.caddis.mqtt.store.FolderDisk;
import dev.caddis.mqtt.store.JournalSettings;
import dev.caddis.mqtt.store.JournalStore;
import dev.caddis.mqtt.store.SessionStore.Room;
import dev.caddis.mqtt.store.StoreException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/// What a journal does about a disk, a clock or a neighbour that gives trouble.
class JournalTroubleTest {

    private static final long SEGMENT = 20_000;
    private static final long HOUR = Duration.ofHours(1).toMillis();

    private SimulatedDisk disk = new SimulatedDisk();
    private long salt;
    private long wall = 1_700_000_000_000L;

    private static JournalSettings settings(boolean power, String boot) {
        return new JournalSettings("pump", power, SEGMENT, 5_000, 0, boot);
    }

    private JournalStore open() {
        return open(settings(true, "first"));
    }

    private JournalStore open(JournalSettings settings) {
        return JournalStore.open(disk, settings, () -> ++salt, () -> wall);
    }

    private static Publish message(int bytes) {
        return new Publish(
                "pump/data",
                Bytes.copyOf(new byte[bytes]),
                Qos.AT_LEAST_ONCE,
                false,
                false,
                0,
                Publish.Properties.NONE);
    }

    private static void apply(JournalStore store, Change change) {
        store.recover().apply(change);
        store.append(change);
        store.settle(store.recover(), 0);
        store.work();
    }

    private static void accept(JournalStore store, int bytes) {
        apply(
                store,
                new Change.Accepted(store.recover().lastAccepted() + 1, message(bytes), 0, null));
    }

    private static List<Long> waiting(JournalStore store) {
        List<Long> waiting = new ArrayList<>();
        long from = store.recover().cursor();
        List<Stored> some = JournalSession.read(store, from);
        while (!some.isEmpty()) {
            some.forEach(each -> waiting.add(each.sequence()));
            some = JournalSession.read(store, waiting.getLast() + 1);
        }
        return waiting;
    }

    @Test
    void a_force_that_fails_makes_nothing_durable_and_ends_the_journal() { // F36
        JournalStore store = open();
        accept(store, 10);
        long durable = store.durable();
        disk.failAt(disk.operations() + 2, SimulatedDisk.Fault.BROKEN); // written, not forced
        accept(store, 10);
        assertThat(store.durable()).isEqualTo(durable);
        assertThat(store.failure())
                .isInstanceOf(StoreException.class)
                .hasMessageContainingAll("cannot be written", "Input/output error", "open");
        disk.failAt(Long.MAX_VALUE, SimulatedDisk.Fault.BROKEN); // and it is not tried again
        accept(store, 10);
        assertThat(store.durable()).isEqualTo(durable);
        disk = disk.afterKill();
        assertThat(waiting(open())).startsWith(1L);
    }

    @Test
    void a_full_disk_can_still_shrink() { // F36, law 5
        disk.capacity(12 * SEGMENT);
        JournalStore store = open();
        assertThat(store.room()).isEqualTo(Room.PLENTY);
        while (store.room() == Room.PLENTY && store.failure() == null) {
            accept(store, 1_000);
        }
        assertThat(store.failure()).as("the outbox stops growing before the disk is full").isNull();
        long accepted = store.recover().outboxMessages();
        disk.capacity(0); // another program takes the rest
        disk = disk.afterKill();
        disk.capacity(used() + 100);
        store = open();
        assertThat(store.room()).isEqualTo(Room.FULL);
        assertThat(store.recover().outboxMessages()).isEqualTo(accepted);
        for (long sequence : waiting(store)) {
            apply(store, new Change.Opened(sequence, 1, message(1_000), false));
            apply(store, new Change.Ended(1));
        }
        assertThat(store.failure()).isNull();
        assertThat(store.recover().outboxMessages()).isZero();
        assertThat(store.room()).as("what was sent is deleted").isEqualTo(Room.PLENTY);
    }

    @Test
    void others_may_take_the_last_byte_while_it_runs() { // F36, law 5
        JournalStore store = open();
        for (int i = 1; i <= 60; i++) {
            accept(store, 1_000);
        }
        disk.capacity(used());
        for (long sequence : waiting(store)) {
            apply(store, new Change.Opened(sequence, 1, message(1_000), false));
            apply(store, new Change.Ended(1));
        }
        assertThat(store.failure()).isNull();
        assertThat(store.recover().outboxMessages()).isZero();
        assertThat(used()).as("what was sent is deleted").isLessThan(3 * SEGMENT);
        accept(store, 1_000);
        disk = disk.afterKill();
        assertThat(open().recover().outboxMessages()).isOne();
    }

    @Test
    void a_disk_that_has_room_again_is_noticed_though_nothing_is_written() { // F36
        JournalStore store = open();
        disk.capacity(used());
        for (int i = 1; i <= 20 && store.room() == Room.PLENTY; i++) {
            accept(store, 1_000);
        }
        assertThat(store.room()).isEqualTo(Room.FULL);
        disk.capacity(100 * SEGMENT);
        store.work();
        assertThat(store.room()).isEqualTo(Room.PLENTY);
    }

    private long used() {
        long used = 0;
        for (String name : names()) {
            used += disk.size(name);
        }
        return used;
    }

    private List<String> names() {
        try {
            return disk.names();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void a_disk_that_cannot_be_written_is_an_error_that_keeps_what_is_there() {
        accept(open(), 10);
        disk = disk.afterKill();
        disk.failAt(1, SimulatedDisk.Fault.BROKEN);
        assertThatThrownBy(this::open)
                .isInstanceOf(StoreException.class)
                .hasMessageContainingAll("cannot be opened", "What it holds is kept");
        disk = disk.afterKill();
        assertThat(waiting(open())).containsExactly(1L);
    }

    @Test
    void a_damaged_version_in_the_head_of_a_file_stops_nothing() {
        accept(open(), 10);
        disk = disk.afterKill();
        disk.flip(
                names().stream().filter(n -> n.endsWith(".journal")).findFirst().orElseThrow(),
                7,
                1);
        assertThat(waiting(open())).containsExactly(1L);
    }

    @Test
    void a_damaged_version_in_newest_stops_nothing() {
        accept(open(), 10);
        disk = disk.afterKill();
        disk.flip("newest", 7, 1);
        assertThat(waiting(open())).containsExactly(1L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"newest", "0000000000000001.journal"})
    void a_later_version_is_refused_and_nothing_is_touched(String name) {
        accept(open(), 10);
        disk = disk.afterKill();
        disk.put(name, withVersion(3, disk.content(name)));
        long operations = disk.operations();
        assertThatThrownBy(this::open)
                .isInstanceOf(StoreException.class)
                .hasMessageContainingAll(name, "later version", "journal format 3");
        assertThat(disk.operations()).isEqualTo(operations);
    }

    /// The file as a later version would begin it: with a head that is whole.
    private static byte[] withVersion(int version, byte[] file) {
        file[7] = (byte) version;
        var check = new CRC32C();
        check.update(file, 0, 16);
        ByteBuffer.wrap(file).putInt(16, (int) check.getValue());
        return file;
    }

    @Test
    void a_journal_of_another_client_id_is_refused() {
        accept(open(), 10);
        disk = disk.afterKill();
        assertThatThrownBy(() -> open(new JournalSettings("fan", true, SEGMENT, 5_000, 0, "first")))
                .isInstanceOf(StoreException.class)
                .hasMessageContainingAll("\"pump\"", "\"fan\"", "session reset");
    }

    private static JournalSettings at(String... hosts) {
        return new JournalSettings("pump", List.of(hosts), true, SEGMENT, 5_000, 0, "first");
    }

    @Test
    void a_journal_of_another_group_of_brokers_is_refused() {
        JournalStore store = open(at("a", "b"));
        apply(
                store,
                new Change.Established(
                        ProtocolVersion.V5, new Place("mqtts://a:8883", List.of("a", "b"))));
        accept(store, 10);
        disk = disk.afterKill();
        assertThatThrownBy(() -> open(at("c", "d")))
                .isInstanceOf(StoreException.class)
                .hasMessageContainingAll("at a, b", "given c, d", "session reset");
        store = open(at("c", "b")); // one of them is enough to move to another
        assertThat(waiting(store)).containsExactly(1L);
    }

    @Test
    void which_broker_has_the_session_is_known_after_a_power_cut_and_in_the_next_checkpoint() {
        Place place = new Place("wss://b:443/mqtt", List.of("a", "b"));
        JournalStore store = open();
        apply(store, new Change.Established(ProtocolVersion.V3_1_1, place));
        accept(store, 10);
        for (int process = 0; process < 3; process++) {
            disk = disk.afterPowerCut();
            store = open();
            assertThat(store.recover().place()).contains(place);
        }
        apply(store, new Change.Lost(false));
        accept(store, 10);
        disk = disk.afterKill();
        assertThat(open().recover().place()).isEmpty();
    }

    @Test
    void a_session_of_which_only_the_version_is_known_is_one_still() {
        JournalStore store = open();
        apply(store, new Change.Established(ProtocolVersion.V5, null));
        accept(store, 10);
        disk = disk.afterKill();
        store = open(at("anywhere"));
        assertThat(established(store)).isTrue();
        assertThat(store.recover().place()).isEmpty();
    }

    @Test
    void a_folder_has_one_process_at_a_time(@TempDir Path folder) throws IOException { // F31
        FolderDisk first = FolderDisk.open(folder);
        assertThatThrownBy(() -> FolderDisk.open(folder))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(folder.toString());
        first.close();
        FolderDisk.open(folder).close();
    }

    @Test
    void a_file_that_was_deleted_and_is_there_again_changes_nothing() {
        JournalStore store = open();
        accept(store, 10);
        SimulatedDisk old = disk.copy();
        for (int i = 0; i < 120; i++) {
            accept(store, 1_000);
            apply(store, new Change.Opened(i + 1, 1, message(1_000), false));
            apply(store, new Change.Ended(1));
        }
        disk = disk.afterKill();
        assertThat(names()).doesNotContain("0000000000000001.journal");
        disk.put("0000000000000001.journal", old.content("0000000000000001.journal"));
        store = open();
        assertThat(store.takeDamages()).isEmpty();
        assertThat(waiting(store)).containsExactly(121L);
    }

    @Test
    void no_process_gives_out_a_sequence_that_an_earlier_one_may_have_given_out() {
        JournalStore store = open();
        accept(store, 10);
        store.close(); // QoS 0 has sequences too, which no journal keeps
        disk = disk.afterKill();
        assertThat(open().recover().lastAccepted()).isEqualTo(1_000_000_001L);
        disk = disk.afterKill();
        assertThat(open().recover().lastAccepted()).isEqualTo(2_000_000_001L);
    }

    @Test
    void behind_sequences_that_were_left_out_the_next_messages_are_found() {
        accept(open(), 10);
        disk = disk.afterKill();
        JournalStore store = open();
        accept(store, 10);
        assertThat(waiting(store)).containsExactly(1L, 1_000_000_002L);
        disk = new SimulatedDisk();
        open();
        disk = disk.afterKill();
        store = open();
        accept(store, 10);
        assertThat(waiting(store)).containsExactly(1_000_000_001L);
    }

    @Test
    void at_level_process_the_session_begins_anew_after_a_restart_of_the_machine() { // F01
        JournalStore store = open(settings(false, "first"));
        apply(store, new Change.Established(ProtocolVersion.V5, null));
        accept(store, 10);
        disk = disk.afterKill();
        store = open(settings(false, "first"));
        assertThat(store.takeDamages()).isEmpty();
        assertThat(established(store)).isTrue();
        disk = disk.afterKill();
        store = open(settings(false, "second"));
        assertThat(store.takeDamages()).hasSize(1);
        assertThat(established(store)).isFalse();
        assertThat(waiting(store)).containsExactly(1L);
    }

    private static boolean established(JournalStore store) {
        SessionState state = store.recover();
        return state.checkpoint().stream().anyMatch(each -> each instanceof Change.Established);
    }

    @Test
    void the_sessions_clock_goes_on_with_the_time_between_two_processes() { // F37
        assertThat(hoursAfter(HOUR)).isEqualTo(1);
        assertThat(hoursAfter(-HOUR)).as("a clock set back").isZero();
        assertThat(hoursAfter(400 * 24 * HOUR)).as("a clock that was set at last").isZero();
    }

    private long hoursAfter(long millis) {
        disk = new SimulatedDisk();
        accept(open(), 10);
        disk = disk.afterKill();
        wall += millis;
        return Duration.ofNanos(open().clockNanos()).toHours();
    }

    @Test
    void a_reserve_that_a_quota_refuses_stops_no_message_and_is_asked_for_again() { // law 5
        JournalStore store = open();
        accept(store, 1_000);
        accept(store, 1_000);
        disk = disk.afterKill();
        disk.lose("reserve");
        disk.quota(used() + SEGMENT / 2);

        store = open();
        assertThat(store.room()).isEqualTo(Room.FULL);
        assertThat(names()).doesNotContain("reserve");
        for (long sequence : waiting(store)) {
            apply(store, new Change.Opened(sequence, 1, message(1_000), false));
            apply(store, new Change.Ended(1));
        }
        assertThat(store.failure()).isNull();
        assertThat(store.recover().outboxMessages()).isZero();
        for (int look = 1; look <= 1_000; look++) {
            store.work();
            assertThat(store.room()).as("look %d", look).isEqualTo(Room.FULL);
        }
        disk.quota(Long.MAX_VALUE);
        for (int look = 1; look <= 1_000 && store.room() == Room.FULL; look++) {
            store.work();
        }
        assertThat(store.room()).isEqualTo(Room.PLENTY);
        assertThat(names()).contains("reserve");
    }
}
