package dev.caddis.testkit.hostile;

import static dev.caddis.mqtt.packet.ProtocolVersion.V3_1_1;
import static dev.caddis.mqtt.packet.ProtocolVersion.V5;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.packet.Disconnect;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.testkit.BrokerConnection;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

import java.util.List;

/// A client whose broker sends what the standard forbids: it says why where the version has words
/// for it, closes the connection, delivers nothing, and comes back (4.13).
class MalformedSocketTest {

    private static final int ONE_OF_MANY = 16;

    static final List<Shape> shapes = Shape.ALL;

    @ParameterizedTest
    @FieldSource("shapes")
    void a_spoilt_packet_ends_the_connection_and_nothing_else(Shape shape) { // [MQTT-4.13.1-1]
        try (var hostility = new Hostility(shape.version())) {
            int number = 0;
            for (Malformed malformed : MalformedPackets.of(shape)) {
                if (!malformed.oneOfMany() || number++ % ONE_OF_MANY == 0) {
                    hostility.sendOnline(malformed);
                }
            }
            hostility.assertUnharmed();
        }
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void a_packet_from_the_wrong_side_ends_the_connection(ProtocolVersion version) {
        try (var hostility = new Hostility(version)) {
            MalformedPackets.fromTheWrongSide().stream()
                    .filter(malformed -> malformed.version() == version)
                    .forEach(hostility::sendOnline);
            hostility.assertUnharmed();
        }
    }

    @ParameterizedTest
    @FieldSource("shapes")
    void a_packet_in_the_place_of_connack_ends_the_connection(Shape shape) { // [MQTT-3.2.0-1]
        if (shape.name().equals("CONNACK")) {
            return;
        }
        try (var hostility = new Hostility(shape.version())) {
            hostility.sendInsteadOfConnack(shape.plain());
            hostility.assertUnharmed();
        }
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void a_spoilt_connack_ends_the_connection(ProtocolVersion version) {
        Shape connack =
                Shape.ALL.stream()
                        .filter(it -> it.name().equals("CONNACK") && it.version() == version)
                        .findFirst()
                        .orElseThrow();
        try (var hostility = new Hostility(version)) {
            int number = 0;
            for (Malformed malformed : MalformedPackets.of(connack)) {
                if (malformed.reason() != null
                        && (!malformed.oneOfMany() || number++ % ONE_OF_MANY == 0)) {
                    hostility.sendInsteadOfConnack(malformed.hex());
                }
            }
            hostility.assertUnharmed();
        }
    }

    @Test
    void a_packet_at_the_wrong_time_ends_the_connection() {
        for (String hex :
                List.of(
                        "2003000000", // a second CONNACK [MQTT-3.2.0-2]
                        "9004FFFF0000", // SUBACK and UNSUBACK of no request [MQTT-2.2.1-6]
                        "B004FFFF0000")) {
            try (var hostility = new Hostility(V5)) {
                ReasonCode reason = ReasonCode.PROTOCOL_ERROR;
                hostility.sendOnline(new Malformed("wrong time", V5, hex, reason, false));
                hostility.assertUnharmed();
            }
        }
        for (String hex : List.of("20020000", "9003FFFF00", "B002FFFF")) {
            try (var hostility = new Hostility(V3_1_1)) {
                ReasonCode reason = ReasonCode.PROTOCOL_ERROR;
                hostility.sendOnline(new Malformed("wrong time", V3_1_1, hex, reason, false));
                hostility.assertUnharmed();
            }
        }
    }

    @Test
    void auth_that_nobody_asked_for_ends_the_connection() { // [MQTT-4.12.0-6]
        try (var hostility = new Hostility(V5)) {
            BrokerConnection c = hostility.online();
            c.sendBytes("F0 08 18 06 15 0003 7A7A7A");
            assertThat(c.expect(Disconnect.class).reason()).isEqualTo(ReasonCode.PROTOCOL_ERROR);
            c.expectClosed();
            hostility.assertUnharmed();
        }
    }
}
