package dev.caddis.mqtt.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.packet.Puback;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;

import org.junit.jupiter.api.Test;

/// More messages than there are packet identifiers: too long for a transcript.
class PacketIdWrapTest {

    @Test
    void identifiers_wrap_around_and_those_in_flight_are_skipped() { // F01, [MQTT-2.2.1-3]
        var session = new OnlineSession("keep-alive=0s");
        for (int i = 1; i <= PacketIds.MAX; i++) {
            session.publish(Qos.AT_LEAST_ONCE);
            if (i != 1 && i != 3) {
                session.receive(new Puback(i, ReasonCode.SUCCESS));
            }
        }
        assertThat(session.given).hasSize(PacketIds.MAX).last().isEqualTo(PacketIds.MAX);
        session.given.clear();
        session.publish(Qos.AT_LEAST_ONCE);
        session.publish(Qos.AT_LEAST_ONCE);
        assertThat(session.given).containsExactly(2, 4);
    }
}
