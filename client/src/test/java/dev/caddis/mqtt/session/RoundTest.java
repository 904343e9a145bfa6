package dev.caddis.mqtt.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.packet.Pingreq;
import dev.caddis.mqtt.packet.ProtocolVersion;

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
        run(admit(1), new Effect.Dial(1, ProtocolVersion.V5));
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
}
