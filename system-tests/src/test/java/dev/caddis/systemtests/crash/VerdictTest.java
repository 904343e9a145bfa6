package dev.caddis.systemtests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

/// What is called whose fault.
class VerdictTest {

    private static final int QOS_2 = 2;
    private static final int DUP = 8;
    private static final Numbered ONE = new Numbered(1, 1);
    private static final Numbered TWO = new Numbered(2, 1);

    private final Trace sent = new Trace(0);
    private final Trace delivered = new Trace(0);

    @Test
    void a_missing_message_is_the_brokers_loss_only_where_it_had_acknowledged_it() {
        session(false);
        publish(1, ONE, 0);
        answer(1, Sight.PUBREC);
        publish(2, TWO, 0);
        Verdict verdict = verdict(List.of(ONE, TWO), List.of());
        assertThat(verdict.lostByBroker()).containsExactly(ONE);
        assertThat(verdict.unexplained()).containsExactly(TWO);
    }

    @Test
    void a_message_may_arrive_twice_once_it_was_published_in_another_session() {
        session(false);
        publish(1, ONE, 0);
        session(false);
        publish(1, ONE, 0);
        Verdict verdict = verdict(List.of(ONE), List.of(ONE, ONE));
        assertThat(verdict.saidTwice()).containsExactly(ONE);
        assertThat(new Stories(sent.all()).publishedAnew()).isEqualTo(1);
        assertThat(new Stories(sent.all()).repeatedWithoutDup()).isEmpty();
    }

    @Test
    void in_the_same_session_it_may_be_published_again_with_DUP_alone() {
        session(false);
        publish(1, ONE, 0);
        session(true);
        publish(1, ONE, DUP);
        assertThat(new Stories(sent.all()).repeatedWithoutDup()).isEmpty();
        publish(1, ONE, 0);
        assertThat(new Stories(sent.all()).repeatedWithoutDup()).containsExactly(ONE);
    }

    @Test
    void what_the_broker_repeats_is_told_by_its_mark() {
        session(false);
        publish(1, ONE, 0);
        publish(2, TWO, 0);
        delivered.published(1, true, 4, 7, ONE);
        delivered.published(2, true, 4 | DUP, 7, ONE);
        delivered.published(2, true, 4, 8, TWO);
        delivered.published(2, true, 4, 9, TWO);
        Verdict verdict = verdict(List.of(ONE, TWO), List.of(ONE, ONE, TWO, TWO));
        assertThat(verdict.brokersWithDup()).containsExactly(ONE);
        assertThat(verdict.brokersWithoutDup()).containsExactly(TWO);
    }

    @Test
    void who_changed_the_order_is_told_by_the_packets() {
        session(false);
        publish(1, ONE, 0);
        publish(2, TWO, 0);
        List<Numbered> received = List.of(TWO, ONE);
        delivered.published(1, true, 4, 1, ONE);
        delivered.published(1, true, 4, 2, TWO);
        assertThat(verdict(received, received).observersLate()).containsExactly(ONE);
        var reversed = new Trace(0);
        reversed.published(1, true, 4, 1, TWO);
        reversed.published(1, true, 4, 2, ONE);
        Verdict verdict =
                Verdict.of(2, received, received, new Stories(sent.all()), reversed.all());
        assertThat(verdict.brokersLate()).containsExactly(ONE);
        assertThat(new Stories(sent.all()).outOfOrder()).isEmpty();
    }

    @Test
    void a_message_that_overtakes_an_earlier_one_on_the_wire_is_told() {
        session(false);
        publish(1, TWO, 0);
        publish(2, ONE, 0);
        assertThat(new Stories(sent.all()).outOfOrder()).containsExactly(ONE);
    }

    private Verdict verdict(List<Numbered> accepted, List<Numbered> received) {
        return Verdict.of(2, accepted, received, new Stories(sent.all()), delivered.all());
    }

    private void session(boolean present) {
        sent.add(1, true, Sight.CONNACK, present ? 1 : 0, 0, 0);
    }

    private void publish(int id, Numbered message, int dup) {
        sent.published(1, false, QOS_2 << 1 | dup, id, message);
    }

    private void answer(int id, int type) {
        sent.add(1, true, type, 0, id, 0);
    }
}
