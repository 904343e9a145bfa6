package dev.caddis.mqtt.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.session.Change;
import dev.caddis.mqtt.session.SessionState;
import dev.caddis.mqtt.session.Stored;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.LongStream;

class MemoryStoreTest {

    private final MemoryStore store = new MemoryStore();

    private static Publish message(long sequence) {
        return new Publish(
                "t",
                Bytes.utf8("" + sequence),
                Qos.AT_LEAST_ONCE,
                false,
                false,
                0,
                Publish.Properties.NONE);
    }

    private void accept(long from, long to) {
        for (long sequence = from; sequence <= to; sequence++) {
            store.append(new Change.Accepted(sequence, message(sequence), 0, null));
        }
    }

    private void open(long sequence, boolean again) {
        store.append(new Change.Opened(sequence, 1, message(sequence), again));
    }

    private static List<Stored> stored(long from, long to) {
        return LongStream.rangeClosed(from, to)
                .mapToObj(sequence -> new Stored(sequence, message(sequence), 0, 0, 0))
                .toList();
    }

    /// What does not depend on what came before.
    private static List<Stored> read(MemoryStore store, long from, int count) {
        return store.read(from, count).stream()
                .map(each -> new Stored(each.sequence(), each.message(), each.acceptedAt(), 0, 0))
                .toList();
    }

    @Test
    void each_message_tells_what_was_accepted_before_it() {
        accept(1, 4);
        open(1, false);
        accept(9, 9);
        long size = SessionState.sizeOf(message(1));
        assertThat(store.read(3, 9))
                .extracting(Stored::sequence, Stored::messagesBefore, Stored::bytesBefore)
                .containsExactly(
                        tuple(3L, 2L, 2 * size), tuple(4L, 3L, 3 * size), tuple(9L, 4L, 4 * size));
    }

    @Test
    void positions_grow_by_one_and_are_durable_at_once() {
        assertThat(store.durable()).isZero();
        assertThat(store.append(new Change.Ended(1))).isEqualTo(1);
        assertThat(store.append(new Change.Lost(false))).isEqualTo(2);
        assertThat(store.durable()).isEqualTo(2);
    }

    @Test
    void messages_come_back_in_order_of_acceptance_and_stay() {
        accept(1, 3);
        assertThat(read(store, 1, 10)).isEqualTo(stored(1, 3));
        assertThat(read(store, 1, 10)).isEqualTo(stored(1, 3));
        assertThat(read(store, 1, 2)).isEqualTo(stored(1, 2));
    }

    @Test
    void reading_begins_in_the_middle() {
        accept(1, 100);
        assertThat(read(store, 42, 5)).isEqualTo(stored(42, 46));
        assertThat(read(store, 100, 5)).isEqualTo(stored(100, 100));
        assertThat(read(store, 101, 5)).isEmpty();
    }

    @Test
    void reading_begins_after_a_gap() { // QoS 0 takes a sequence and is not kept
        accept(1, 2);
        accept(10, 12);
        assertThat(read(store, 3, 2)).isEqualTo(stored(10, 11));
    }

    @Test
    void what_was_opened_or_dropped_is_gone() {
        accept(1, 5);
        open(1, false);
        store.append(new Change.Dropped(2, 2));
        assertThat(read(store, 1, 10)).isEqualTo(stored(3, 5));
    }

    @Test
    void a_message_published_again_as_new_takes_nothing_from_the_outbox() { // F03
        accept(1, 3);
        open(1, false);
        open(1, true);
        assertThat(read(store, 1, 10)).isEqualTo(stored(2, 3));
    }

    @Test
    void the_ring_grows_wherever_its_head_stands() {
        for (int head : new int[] {0, 1, 40, 63}) {
            MemoryStore ring = new MemoryStore();
            for (long sequence = 1; sequence <= head; sequence++) {
                ring.append(new Change.Accepted(sequence, message(sequence), 0, null));
                ring.append(new Change.Opened(sequence, 1, message(sequence), false));
            }
            for (long sequence = head + 1L; sequence <= head + 1000L; sequence++) {
                ring.append(new Change.Accepted(sequence, message(sequence), 0, null));
            }
            assertThat(read(ring, 1, 2000)).isEqualTo(stored(head + 1L, head + 1000L));
            assertThat(read(ring, head + 500L, 3)).isEqualTo(stored(head + 500L, head + 502L));
        }
    }

    @Test
    void the_ring_goes_round() {
        accept(1, 50);
        for (long sequence = 1; sequence <= 1000; sequence++) {
            open(sequence, false);
            accept(sequence + 50, sequence + 50);
            assertThat(read(store, 0, 1)).isEqualTo(stored(sequence + 1, sequence + 1));
        }
        assertThat(read(store, 0, 100)).isEqualTo(stored(1001, 1050));
    }

    @Test
    void a_closed_store_gives_nothing_back() {
        accept(1, 3);
        store.close();
        assertThat(read(store, 1, 10)).isEmpty();
    }
}
