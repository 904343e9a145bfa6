package dev.caddis.mqtt.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PacketIdsTest {

    private final PacketIds ids = new PacketIds();

    @Test
    void identifiers_come_in_turn_from_1() { // [MQTT-2.2.1-3]
        assertThat(ids.next()).isEqualTo(1);
        assertThat(ids.next()).isEqualTo(2);
    }

    @Test
    void a_freed_identifier_is_not_the_next_one() { // F01: as late as possible
        int first = ids.next();
        ids.free(first);
        assertThat(ids.next()).isEqualTo(2);
    }

    @Test
    void after_65535_comes_the_lowest_that_is_not_in_use() {
        for (int i = 1; i <= PacketIds.MAX; i++) {
            assertThat(ids.next()).isEqualTo(i);
        }
        ids.free(7);
        ids.free(9);
        assertThat(ids.next()).isEqualTo(7);
        assertThat(ids.next()).isEqualTo(9);
        assertThat(ids.available()).isFalse();
        assertThatThrownBy(ids::next).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void what_a_restart_found_in_use_is_not_given_out() { // F02
        ids.restore(1);
        ids.restore(2);
        ids.restore(40);
        assertThat(ids.next()).isEqualTo(41);
    }

    @Test
    void freeing_twice_frees_once() {
        int id = ids.next();
        ids.free(id);
        ids.free(id);
        for (int i = 0; i < PacketIds.MAX; i++) {
            ids.next();
        }
        assertThat(ids.available()).isFalse();
    }
}
