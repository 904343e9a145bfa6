package dev.caddis.mqtt.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Pingreq;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class RoundTest {

    private static final class Log implements ChangeLog {
        final List<Change> appended = new ArrayList<>();
        long durable;

        @Override
        public long append(Change change) {
            appended.add(change);
            return appended.size();
        }

        @Override
        public long durable() {
            return durable;
        }
    }

    private final Log log = new Log();
    private final Round round = new Round(log);
    private final List<Effect> released = new ArrayList<>();

    private static Effect persist(int id) {
        return new Effect.Persist(new Change.Ended(id));
    }

    private static Effect admit(long sequence) {
        return new Effect.Admit(sequence);
    }

    private void run(Effect... given) {
        Effects effects = new Effects();
        for (Effect effect : given) {
            effects.add(effect);
        }
        round.run(effects, released::add);
    }

    @Test
    void what_depends_on_no_change_goes_at_once() {
        run(admit(1), new Effect.Dial(1, ProtocolVersion.V5, 0, null));
        assertThat(released).hasSize(2);
        assertThat(round.isWaiting()).isFalse();
    }

    @Test
    void changes_are_recorded_at_once_and_in_order() {
        run(persist(3), admit(1), persist(4));
        assertThat(log.appended).containsExactly(new Change.Ended(3), new Change.Ended(4));
    }

    @Test
    void an_effect_waits_for_every_change_before_it() { // law 1
        run(persist(1), persist(2), admit(1), persist(3), admit(2));
        log.durable = 1;
        round.release(released::add);
        assertThat(released).isEmpty();
        log.durable = 2;
        round.release(released::add);
        assertThat(released).containsExactly(admit(1));
        assertThat(round.isWaiting()).isTrue();
        log.durable = 3;
        round.release(released::add);
        assertThat(released).containsExactly(admit(1), admit(2));
        assertThat(round.isWaiting()).isFalse();
    }

    @Test
    void an_effect_without_a_change_of_its_own_keeps_its_place_behind_one_that_waits() {
        run(persist(1), admit(1));
        run(admit(2));
        assertThat(released).isEmpty();
        log.durable = 1;
        run(admit(3));
        assertThat(released).as("durable, but the order is kept").isEmpty();
        round.release(released::add);
        assertThat(released).containsExactly(admit(1), admit(2), admit(3));
    }

    @Test
    void an_immediate_effect_overtakes() {
        Effect ping = new Effect.SendNow(1, new Pingreq());
        run(persist(1), admit(1), ping, new Effect.Abort(1));
        assertThat(released).containsExactly(ping, new Effect.Abort(1));
    }

    @Test
    void a_change_that_is_durable_on_return_holds_nothing_back() {
        log.durable = 10;
        run(persist(1), admit(1), persist(2), admit(2));
        assertThat(released).containsExactly(admit(1), admit(2));
    }

    @Test
    void a_round_over_a_recovered_log_waits_for_nothing_old() {
        log.append(new Change.Ended(1));
        log.durable = 1;
        List<Effect> out = new ArrayList<>();
        Round recovered = new Round(log);
        Effects effects = new Effects();
        effects.add(admit(1));
        recovered.run(effects, out::add);
        assertThat(out).containsExactly(admit(1));
    }

    @Test
    void an_attempt_that_is_given_up_while_it_waits_never_begins() {
        run(persist(1), new Effect.Dial(7, ProtocolVersion.V5, 0, null), admit(1));
        run(new Effect.Abort(7));
        log.durable = 1;
        round.release(released::add);
        assertThat(released).containsExactly(new Effect.Abort(7), admit(1));
    }

    private static Effect.Deliver deliver(Qos qos) {
        Publish message =
                new Publish(
                        "t",
                        Bytes.copyOf(new byte[1000]),
                        qos,
                        false,
                        false,
                        0,
                        Publish.Properties.NONE);
        Ticket ticket =
                qos == Qos.AT_MOST_ONCE
                        ? null
                        : new Ticket(1, 1, 7, qos, 0, message.topic(), message.weight());
        return new Effect.Deliver(1, message, ticket, List.of());
    }

    @Test
    void a_message_of_qos_0_waits_for_no_disk() { // law 5: else it would fill the memory
        Effect.Deliver message = deliver(Qos.AT_MOST_ONCE);
        run(persist(1), admit(1), message);
        assertThat(released).containsExactly(message);
        assertThat(round.held()).isEqualTo(1);
        assertThat(round.heldBytes()).isZero();
    }

    @Test
    void what_waits_is_counted_and_the_messages_for_handlers_are_weighed() { // law 5
        Effect.Deliver message = deliver(Qos.AT_LEAST_ONCE);
        run(persist(1), admit(1), message, persist(2), message);
        assertThat(released).isEmpty();
        assertThat(round.held()).isEqualTo(3);
        assertThat(round.heldBytes()).isEqualTo(2 * message.message().weight()).isGreaterThan(2000);
        log.durable = 1;
        round.release(released::add);
        assertThat(round.held()).isEqualTo(1);
        assertThat(round.heldBytes()).isEqualTo(message.message().weight());
        log.durable = 2;
        round.release(released::add);
        assertThat(round.held()).isZero();
        assertThat(round.heldBytes()).isZero();
    }
}
