package dev.caddis.mqtt.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.packet.Qos;

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
    void closing_fails_those_who_wait_and_those_who_ask_later() {
        var waiting = book.expect("a");
        book.close(new IllegalStateException("closed"));
        assertThat(waiting).isCompletedExceptionally();
        assertThat(book.expect("b")).isCompletedExceptionally();
    }
}
