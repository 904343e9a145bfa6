package dev.caddis.mqtt.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;

import org.junit.jupiter.api.Test;

class FilterBookTest {

    private static final FilterBook.Answer GRANTED =
            new FilterBook.Answer.Granted(Qos.AT_LEAST_ONCE);

    private final FilterBook book = new FilterBook();

    @Test
    void an_answer_reaches_everybody_who_waits_for_that_filter() {
        var first = book.expect("a");
        var second = book.expect("a");
        var other = book.expect("b");
        book.answer("a", GRANTED);
        assertThat(first).isCompletedWithValue(GRANTED);
        assertThat(second).isCompletedWithValue(GRANTED);
        assertThat(other).isNotDone();
    }

    @Test
    void a_later_question_waits_for_a_later_answer() {
        book.answer("a", GRANTED);
        assertThat(book.expect("a")).isNotDone();
    }

    @Test
    void who_waits_for_the_end_of_a_filter_is_told_that_the_broker_keeps_it() {
        var wanted = book.expect("a");
        var refused = book.expectEnd("a");
        book.kept("a", ReasonCode.NOT_AUTHORIZED);
        assertThat(refused)
                .isCompletedWithValue(new FilterBook.Answer.Refused(ReasonCode.NOT_AUTHORIZED));
        var unanswered = book.expectEnd("a");
        book.kept("a", null);
        assertThat(unanswered).isCompletedWithValue(new FilterBook.Answer.Unanswered());
        assertThat(wanted).isCompletedWithValue(new FilterBook.Answer.Ended());
    }

    @Test
    void an_answer_to_subscribe_is_no_end_of_the_filter() {
        var granted = book.expect("a");
        var ended = book.expectEnd("a");
        book.answer("a", GRANTED);
        assertThat(granted).isCompletedWithValue(GRANTED);
        assertThat(ended).isNotDone();
        book.answer("a", new FilterBook.Answer.Ended());
        assertThat(ended).isCompletedWithValue(new FilterBook.Answer.Ended());
    }

    @Test
    void who_waits_for_the_end_of_a_filter_that_is_wanted_again_waits_no_longer() {
        var ended = book.expectEnd("a");
        var granted = book.expect("a");
        assertThat(ended).isCompletedWithValue(new FilterBook.Answer.Ended());
        assertThat(granted).isNotDone();
    }

    @Test
    void closing_fails_those_who_wait_and_those_who_ask_later() {
        var waiting = book.expect("a");
        var ending = book.expectEnd("a");
        book.close(new IllegalStateException("closed"));
        assertThat(ending).isCompletedExceptionally();
        assertThat(waiting).isCompletedExceptionally();
        assertThat(book.expect("b")).isCompletedExceptionally();
    }
}
