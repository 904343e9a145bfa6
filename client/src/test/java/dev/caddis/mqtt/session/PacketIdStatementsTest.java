package dev.caddis.mqtt.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.packet.Puback;
import dev.caddis.mqtt.packet.Pubrec;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.SubscriptionOptions;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every packet of ours that needs an identifier gets one that is not 0 and that no other has, once
/// around all 65,535 of them.
class PacketIdStatementsTest {

    @ParameterizedTest
    @ValueSource(strings = {"5", "3.1.1"})
    void a_new_packet_gets_an_identifier_that_is_not_0_and_not_in_use(String version) {
        // [MQTT-2.2.1-3] [MQTT-4.3.2-1] [MQTT-4.3.3-1], 3.1.1: [MQTT-2.3.1-1] [MQTT-2.3.1-2]
        var session = new OnlineSession("keep-alive=0s expiry=0s version=" + version);
        session.publish(Qos.AT_LEAST_ONCE); // 1, never answered
        session.step(new Input.Want("f", SubscriptionOptions.of(Qos.AT_LEAST_ONCE))); // 2
        session.step(new Input.Unwant("f")); // 3
        session.publish(Qos.EXACTLY_ONCE); // 4
        session.publish(Qos.EXACTLY_ONCE); // 5
        session.receive(new Pubrec(5, ReasonCode.SUCCESS));
        assertThat(session.given).containsExactly(1, 2, 3, 4, 5);
        while (session.given.size() < 65_535) {
            session.publish(Qos.AT_LEAST_ONCE);
            session.receive(new Puback(session.given.getLast(), ReasonCode.SUCCESS));
        }
        assertThat(session.given)
                .doesNotHaveDuplicates()
                .doesNotContain(0)
                .last()
                .isEqualTo(65_535);
        session.given.clear();
        session.publish(Qos.AT_LEAST_ONCE);
        session.step(new Input.Want("g", SubscriptionOptions.of(Qos.AT_LEAST_ONCE)));
        session.step(new Input.Unwant("h"));
        session.publish(Qos.EXACTLY_ONCE);
        assertThat(session.given).containsExactly(6, 7, 8, 9);
    }
}
