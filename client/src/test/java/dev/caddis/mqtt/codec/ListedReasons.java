package dev.caddis.mqtt.codec;

import static dev.caddis.mqtt.packet.ProtocolVersion.V3_1_1;

import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.ReasonCode;

import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The reason codes that the tables of the standard list for each packet, typed off from there and
/// not from the codec.
final class ListedReasons {

    /// The return codes 0 to 5 of 3.1.1 (there 3.2.2.3), as the reasons of the same meaning.
    static final List<ReasonCode> RETURN_CODES =
            List.of(
                    ReasonCode.SUCCESS,
                    ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
                    ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
                    ReasonCode.SERVER_UNAVAILABLE,
                    ReasonCode.BAD_USER_NAME_OR_PASSWORD,
                    ReasonCode.NOT_AUTHORIZED);

    private static final List<ReasonCode> CONNACK = // 3.2.2.2, [MQTT-3.2.2-8]
            listed("00 80 81 82 83 84 85 86 87 88 89 8A 8C 90 95 97 99 9A 9B 9C 9D 9F");
    private static final List<ReasonCode> ANSWER = // 3.4.2.1, 3.5.2.1
            listed("00 10 80 83 87 90 91 97 99");
    private static final List<ReasonCode> RELEASE = listed("00 92"); // 3.6.2.1, 3.7.2.1
    private static final List<ReasonCode> SUBACK_3 = listed("00 01 02 80");
    private static final List<ReasonCode> SUBACK_5 = // 3.9.3
            listed("00 01 02 80 83 87 8F 91 97 9E A1 A2");
    private static final List<ReasonCode> UNSUBACK = listed("00 11 80 83 87 8F 91"); // 3.11.3
    private static final List<ReasonCode> DISCONNECT = // 3.14.2.1; 8C by 2.4
            listed(
                    "00 80 81 82 83 87 89 8B 8C 8D 8E 8F 90 93 94 95 96 97 98 99 9A 9B 9C 9D 9E 9F"
                            + " A0 A1 A2");
    private static final List<ReasonCode> DISCONNECT_BY_CLIENT =
            Stream.concat(DISCONNECT.stream(), listed("04").stream()).toList();
    private static final List<ReasonCode> AUTH_BY_SERVER = listed("18 00"); // 3.15.2.1
    private static final List<ReasonCode> AUTH_BY_CLIENT = listed("18 19");

    private ListedReasons() {}

    static List<ReasonCode> of(PacketType type, ProtocolVersion version, Sender sender) {
        return switch (type) {
            case CONNACK -> CONNACK;
            case PUBACK, PUBREC -> ANSWER;
            case PUBREL, PUBCOMP -> RELEASE;
            case SUBACK -> version == V3_1_1 ? SUBACK_3 : SUBACK_5;
            case UNSUBACK -> UNSUBACK;
            case DISCONNECT -> sender == Sender.CLIENT ? DISCONNECT_BY_CLIENT : DISCONNECT;
            case AUTH -> sender == Sender.CLIENT ? AUTH_BY_CLIENT : AUTH_BY_SERVER;
            default -> throw new IllegalArgumentException(type + " has no reason code");
        };
    }

    private static List<ReasonCode> listed(String hex) {
        byte[] values = HexFormat.ofDelimiter(" ").parseHex(hex);
        return IntStream.range(0, values.length)
                .mapToObj(i -> Objects.requireNonNull(ReasonCode.ofValue(values[i])))
                .toList();
    }
}
