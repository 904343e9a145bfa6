package dev.caddis.mqtt.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.event.DropCause;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.session.Outcome;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

class ReceiptBookTest {

    private static final Outcome DONE = new Outcome.Acknowledged(ReasonCode.SUCCESS, false);
    private static final Outcome REFUSED = new Outcome.Refused(ReasonCode.NOT_AUTHORIZED);
    private static final Outcome DROPPED = new Outcome.Dropped(DropCause.TOO_LARGE, "too large");

    private final ReceiptBook book = new ReceiptBook(1);

    private void finish(long sequence, Outcome outcome) {
        book.finished(sequence, outcome);
        book.settle();
    }

    private void admit(long sequence) {
        book.admitted(sequence);
        book.settle();
    }

    @Test
    void both_stages_complete_in_turn_for_who_asks_early() {
        CompletableFuture<Void> accepted = book.accepted(1);
        CompletableFuture<Outcome> finished = book.finished(1);
        assertThat(accepted).isNotDone();
        admit(1);
        assertThat(accepted).isCompleted();
        assertThat(finished).isNotDone();
        finish(1, DONE);
        assertThat(finished).isCompletedWithValue(DONE);
    }

    @Test
    void nothing_is_visible_before_the_round_is_settled() {
        CompletableFuture<Outcome> finished = book.finished(1);
        book.admitted(1);
        book.finished(1, DONE);
        assertThat(finished).isNotDone();
        assertThat(book.accepted(1)).isNotDone();
        book.settle();
        assertThat(finished).isCompletedWithValue(DONE);
    }

    @Test
    void a_late_question_is_answered_at_once() {
        admit(3);
        finish(1, DONE);
        finish(2, REFUSED);
        assertThat(book.accepted(3)).isCompleted();
        assertThat(book.finished(1)).isCompletedWithValue(DONE);
        assertThat(book.finished(2)).isCompletedWithValue(REFUSED);
        assertThat(book.finished(3)).isNotDone();
    }

    @Test
    void what_is_dropped_without_acceptance_completes_both_stages() {
        CompletableFuture<Void> accepted = book.accepted(1);
        finish(1, DROPPED);
        assertThat(accepted).isCompleted();
        assertThat(book.accepted(1)).isCompleted();
    }

    @Test
    void messages_finish_in_any_order() {
        List<Long> order = new ArrayList<>();
        for (long sequence = 1; sequence <= 5_000; sequence++) {
            order.add(sequence);
        }
        Collections.shuffle(order, new Random(7));
        for (long sequence : order) {
            assertThat(book.finished(sequence)).isNotDone();
            finish(sequence, sequence % 10 == 0 ? REFUSED : DONE);
            assertThat(book.finished(sequence)).isDone();
        }
        for (long sequence = 1; sequence <= 5_000; sequence++) {
            assertThat(book.finished(sequence))
                    .isCompletedWithValue(sequence % 10 == 0 ? REFUSED : DONE);
        }
        assertThat(book.finished(5_001)).isNotDone();
    }

    @Test
    void one_unfinished_message_is_remembered_while_many_pass() {
        for (long sequence = 2; sequence <= 100_000; sequence++) {
            finish(sequence, DONE);
        }
        assertThat(book.finished(1)).isNotDone();
        assertThat(book.finished(100_000)).isDone();
        assertThat(book.finished(100_001)).isNotDone();
        finish(1, DONE);
        for (long sequence = 100_001; sequence <= 300_000; sequence++) {
            assertThat(book.finished(sequence)).isNotDone();
            finish(sequence, DONE);
        }
    }

    @Test
    void a_book_that_begins_late_begins_there() {
        ReceiptBook late = new ReceiptBook(1_000_003);
        assertThat(late.finished(1_000_002)).as("of an earlier process").isDone();
        assertThat(late.accepted(1_000_003)).isNotDone();
        late.finished(1_000_070, REFUSED);
        late.settle();
        assertThat(late.finished(1_000_070)).isCompletedWithValue(REFUSED);
        assertThat(late.finished(1_000_003)).isNotDone();
    }

    @Test
    void outcomes_other_than_success_are_remembered_in_runs() {
        for (long sequence = 1; sequence <= 1_000_000; sequence++) { // a run costs one entry
            book.finished(sequence, DROPPED);
        }
        book.settle();
        finish(1_000_001, REFUSED);
        finish(1_000_002, DONE);
        assertThat(book.finished(1)).isCompletedWithValue(DROPPED);
        assertThat(book.finished(1_000_000)).isCompletedWithValue(DROPPED);
        assertThat(book.finished(1_000_001)).isCompletedWithValue(REFUSED);
        assertThat(book.finished(1_000_002)).isCompletedWithValue(DONE);
    }

    @Test
    void only_so_many_runs_are_remembered() {
        int runs = ReceiptBook.REMEMBERED_RUNS + 5;
        for (long i = 1; i <= runs; i++) {
            book.finished(2 * i - 1, DROPPED);
            book.finished(2 * i, DONE);
        }
        book.settle();
        assertThat(book.finished(1))
                .as("dropped, and never to be taken for delivered")
                .isCompletedExceptionally();
        assertThat(book.finished(2L * runs - 1)).isCompletedWithValue(DROPPED);
    }

    @Test
    void closing_fails_those_who_wait_and_those_who_ask_later() {
        CompletableFuture<Void> accepted = book.accepted(2);
        CompletableFuture<Outcome> finished = book.finished(2);
        finish(1, REFUSED);
        book.close(new IllegalStateException("closed"));
        assertThat(accepted).isCompletedExceptionally();
        assertThat(finished).isCompletedExceptionally();
        assertThat(book.finished(2)).isCompletedExceptionally();
        assertThat(book.accepted(2)).isCompletedExceptionally();
        assertThat(book.finished(1)).isCompletedWithValue(REFUSED);
    }

    @Test
    void waiting_for_all_ends_with_the_last_of_them() throws InterruptedException {
        assertThat(book.awaitFinished(2, 0)).isFalse();
        AtomicBoolean all = new AtomicBoolean();
        Thread waiting = awaiting(2, all);
        finish(2, DONE);
        finish(1, DONE);
        Patiently.join(waiting);
        assertThat(all).isTrue();
    }

    @Test
    void waiting_for_all_ends_with_the_book() throws InterruptedException {
        AtomicBoolean all = new AtomicBoolean(true);
        Thread waiting = awaiting(2, all);
        book.close(new IllegalStateException("closed"));
        Patiently.join(waiting);
        assertThat(all).isFalse();
    }

    private Thread awaiting(long sequence, AtomicBoolean answer) {
        Thread waiting =
                Thread.ofPlatform()
                        .daemon()
                        .start(() -> {
                            try {
                                answer.set(book.awaitFinished(sequence, Long.MAX_VALUE));
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
        Patiently.untilWaiting(waiting);
        return waiting;
    }

    @Test
    void messages_that_the_store_has_lost_are_counted_as_many_as_they_were_and_end_who_waits() {
        ReceiptBook next = new ReceiptBook(1_000, true);
        CompletableFuture<Outcome> earlier = next.finishedEarlier(7);
        CompletableFuture<Outcome> other = next.finishedEarlier(9);
        next.admitted(1_001);
        Outcome damaged = new Outcome.Dropped(DropCause.DAMAGED, "damaged");
        next.finishedRest(5, 8, damaged); // of which only two were given to messages
        next.lost(2);
        next.finishedRest(1_000, 1_001, damaged);
        next.lost(2);
        assertThat(next.outcomes().dropped()).as("before the round is settled").isZero();
        next.settle();
        assertThat(next.outcomes()).isEqualTo(new Outcomes(0, 0, 0, 4));
        assertThat(earlier).isCompletedWithValue(damaged);
        assertThat(other).isNotDone();
        assertThat(next.finished(1_001)).isCompletedWithValue(damaged);
    }
}
