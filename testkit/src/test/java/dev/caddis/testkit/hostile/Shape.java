package dev.caddis.testkit.hostile;

import static dev.caddis.mqtt.packet.ProtocolVersion.V3_1_1;
import static dev.caddis.mqtt.packet.ProtocolVersion.V5;

import dev.caddis.mqtt.packet.ProtocolVersion;

import java.util.List;
import java.util.Set;

/// A packet that a broker may send, in the parts of which hostile ones are made: first byte,
/// remaining length, `head`, in MQTT 5 property length and properties, `tail`. All bytes in
/// hexadecimal.
///
/// @param head what stands before the properties
/// @param properties identifiers that the packet may have; empty when it has no property section
/// @param tail what stands behind them
/// @param listed the reason codes that the standard lists for it
/// @param idAt where in the head or tail its packet identifier begins, in bytes; -1 without one
/// @param ends how many bytes of its body are a packet already
record Shape(
        String name,
        ProtocolVersion version,
        int firstByte,
        String head,
        List<Integer> properties,
        String tail,
        String listed,
        int idAt,
        Set<Integer> ends) {

    private static final String PAYLOAD = "FFFFFFFFFF"; // nothing that could be read as a field
    private static final String ANSWER = "00 10 80 83 87 90 91 97 99";
    private static final List<Integer> EXPLANATION = List.of(0x1F, 0x26);
    private static final List<Integer> OF_PUBLISH =
            List.of(0x01, 0x02, 0x03, 0x08, 0x09, 0x0B, 0x23, 0x26);
    private static final List<Integer> OF_CONNACK =
            List.of(
                    0x11, 0x12, 0x13, 0x15, 0x16, 0x1A, 0x1C, 0x1F, 0x21, 0x22, 0x24, 0x25, 0x26,
                    0x27, 0x28, 0x29, 0x2A);
    private static final String DISCONNECT_CODES = // 04 is for clients alone
            "00 80 81 82 83 87 89 8B 8C 8D 8E 8F 90 93 94 95 96 97 98 99 9A 9B 9C 9D 9E 9F A0 A1"
                    + " A2";

    private static final String CONNACK_CODES =
            "00 80 81 82 83 84 85 86 87 88 89 8A 8C 90 95 97 99 9A 9B 9C 9D 9F";

    static final List<Shape> ALL =
            List.of(
                    five("CONNACK", 0x20, "0000", OF_CONNACK, "", CONNACK_CODES, -1, Set.of()),
                    publish("PUBLISH QoS 0", V5, 0x30, "0003612F62", -1),
                    publish("PUBLISH QoS 1", V5, 0x32, "0003612F620001", 5),
                    publish("PUBLISH QoS 2", V5, 0x34, "0003612F620001", 5),
                    five("PUBACK", 0x40, "000100", EXPLANATION, "", ANSWER, 0, Set.of(2, 3)),
                    five("PUBREC", 0x50, "000100", EXPLANATION, "", ANSWER, 0, Set.of(2, 3)),
                    five("PUBREL", 0x62, "000100", EXPLANATION, "", "00 92", 0, Set.of(2, 3)),
                    five("PUBCOMP", 0x70, "000100", EXPLANATION, "", "00 92", 0, Set.of(2, 3)),
                    five(
                            "SUBACK",
                            0x90,
                            "0001",
                            EXPLANATION,
                            "00",
                            "00 01 02 80 83 87 8F 91 97 9E A1 A2",
                            0,
                            Set.of()),
                    five(
                            "UNSUBACK",
                            0xB0,
                            "0001",
                            EXPLANATION,
                            "00",
                            "00 11 80 83 87 8F 91",
                            0,
                            Set.of()),
                    five("PINGRESP", 0xD0, "", List.of(), "", "", -1, Set.of()),
                    five(
                            "DISCONNECT",
                            0xE0,
                            "8B",
                            List.of(0x1C, 0x1F, 0x26),
                            "",
                            DISCONNECT_CODES,
                            -1,
                            Set.of(0, 1)),
                    five(
                            "AUTH",
                            0xF0,
                            "18",
                            List.of(0x15, 0x16, 0x1F, 0x26),
                            "",
                            "00 18",
                            -1,
                            Set.of(0)),
                    three("CONNACK", 0x20, "0000", "00 01 02 03 04 05", -1),
                    publish("PUBLISH QoS 0", V3_1_1, 0x30, "0003612F62", -1),
                    publish("PUBLISH QoS 1", V3_1_1, 0x32, "0003612F620001", 5),
                    publish("PUBLISH QoS 2", V3_1_1, 0x34, "0003612F620001", 5),
                    three("PUBACK", 0x40, "0001", "", 0),
                    three("PUBREC", 0x50, "0001", "", 0),
                    three("PUBREL", 0x62, "0001", "", 0),
                    three("PUBCOMP", 0x70, "0001", "", 0),
                    three("SUBACK", 0x90, "000100", "00 01 02 80", 0),
                    three("UNSUBACK", 0xB0, "0001", "", 0),
                    three("PINGRESP", 0xD0, "", "", -1));

    private static Shape five(
            String name,
            int firstByte,
            String head,
            List<Integer> properties,
            String tail,
            String listed,
            int idAt,
            Set<Integer> ends) {
        return new Shape(name, V5, firstByte, head, properties, tail, listed, idAt, ends);
    }

    private static Shape three(String name, int firstByte, String head, String listed, int idAt) {
        return new Shape(name, V3_1_1, firstByte, head, List.of(), "", listed, idAt, Set.of());
    }

    private static Shape publish(
            String name, ProtocolVersion version, int firstByte, String head, int idAt) {
        List<Integer> properties = version == V5 ? OF_PUBLISH : List.of();
        return new Shape(name, version, firstByte, head, properties, PAYLOAD, "", idAt, Set.of());
    }

    boolean isPublish() {
        return (firstByte & 0xF0) == 0x30;
    }

    boolean isAcknowledgementOfFilters() {
        return firstByte == 0x90 || (firstByte == 0xB0 && version == V5);
    }

    /// The property without which the packet is none, or nothing.
    String required() {
        return name.equals("AUTH") ? PropertySample.of(0x15) : "";
    }

    /// The whole packet with these properties.
    String with(String section) {
        return packet(head + section(section) + tail);
    }

    /// Property length and properties, where the packet has such a section.
    String section(String properties) {
        return this.properties.isEmpty() ? "" : Hex.length(Hex.count(properties)) + properties;
    }

    /// The first byte and the right length before `body`.
    String packet(String body) {
        return Hex.one(firstByte) + Hex.length(Hex.count(body)) + body;
    }

    /// A packet that is as it should be, with a property where it can have one.
    String plain() {
        return with(properties.isEmpty() ? "" : required() + PropertySample.of(0x26));
    }

    /// Its body.
    String plainBody() {
        return plain().substring(4);
    }

    @Override
    public String toString() {
        return name + " in MQTT " + version;
    }
}
