package dev.caddis.mqtt.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

/// A state that is replayed from records of which some are missing.
class DamagedStateTest {

    private static final Publish MESSAGE =
            new Publish(
                    "t",
                    Bytes.utf8("m"),
                    Qos.EXACTLY_ONCE,
                    false,
                    false,
                    0,
                    Publish.Properties.NONE);

    private final SessionState state = new SessionState();

    @Test
    void a_message_that_leaves_the_outbox_and_was_never_seen_to_come_leaves_the_counts_right() {
        state.opened(1, 1, false, Qos.EXACTLY_ONCE, SessionState.sizeOf(MESSAGE));
        assertThat(state.outboxMessages()).isZero();
        assertThat(state.outboxBytes).isZero();
        state.accepted(2, 1, SessionState.sizeOf(MESSAGE), SessionState.sizeOf(MESSAGE), null);
        assertThat(state.outboxMessages()).isOne();
        assertThat(state.outboxBytes).isEqualTo(SessionState.sizeOf(MESSAGE));
    }

    @Test
    void missing_messages_that_were_never_seen_to_come_leave_the_counts_right() {
        state.apply(new Change.Accepted(1, MESSAGE, 0, null));
        long size = SessionState.sizeOf(MESSAGE);
        state.apply(new Change.Missing(7, 7 * size));
        assertThat(state.outboxMessages()).isZero();
        assertThat(state.outboxBytes()).isZero();
        assertThat(state.acceptedMessages()).isEqualTo(7);
        assertThat(state.acceptedBytes()).isEqualTo(7 * size);
    }

    @Test
    void the_key_of_a_message_that_is_lost_may_be_used_again() {
        state.accepted(1, 0, 0, SessionState.sizeOf(MESSAGE), "key");
        state.opened(1, 1, false, Qos.EXACTLY_ONCE, SessionState.sizeOf(MESSAGE));
        state.fill(Map.of());
        assertThat(state.sequenceOf("key")).isNull();
    }

    @Test
    void a_message_that_was_on_its_way_and_is_lost_counts_as_missing_in_the_outbox() {
        state.accepted(1, 0, 0, SessionState.sizeOf(MESSAGE), null);
        state.opened(1, 1, false, Qos.EXACTLY_ONCE, SessionState.sizeOf(MESSAGE));
        state.fill(Map.of());
        assertThat(state.outboxMessages()).isOne(); // until it is told
        state.apply(new Change.Missing(state.outboxMessages, state.outboxBytes));
        assertThat(state.hasUnfinished()).isFalse();
        assertThat(state.outboxBytes).isZero();
    }

    @Test
    void what_is_published_again_keeps_the_order_in_which_it_was_accepted() {
        state.apply(new Change.Opened(1, 1, MESSAGE, false));
        state.apply(new Change.Opened(3, 3, MESSAGE, false)); // of what comes between, the record
        state.apply(new Change.Again(2, MESSAGE)); // is missing
        state.apply(new Change.Lost(false));
        assertThat(state.checkpoint())
                .filteredOn(Change.Again.class::isInstance)
                .extracting(change -> ((Change.Again) change).sequence())
                .containsExactly(1L, 2L, 3L);
    }

    @Test
    void the_keys_of_a_range_are_found() {
        for (long sequence = 1; sequence <= 4; sequence++) {
            state.apply(new Change.Accepted(sequence, MESSAGE, 0, "key " + sequence));
        }
        assertThat(state.keyed(2, 3)).containsExactly(2L, 3L);
    }

    @Test
    void a_message_that_is_found_in_two_places_has_one_life() {
        state.apply(new Change.Accepted(1, MESSAGE, 0, null));
        state.apply(new Change.Opened(1, 1, MESSAGE, true));
        state.apply(new Change.Again(1, MESSAGE));
        state.apply(new Change.Again(2, MESSAGE));
        state.apply(new Change.Again(2, MESSAGE));
        state.unite();
        assertThat(List.copyOf(state.again)).containsExactly(new SessionState.Again(2, MESSAGE));
    }
}
