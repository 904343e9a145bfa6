package dev.caddis.mqtt.codec;

import org.jspecify.annotations.Nullable;

/// The packet types, with the number in the upper half of the first byte (2.1.2), the flags in its
/// lower half (2.1.3) and the only side that sends it.
enum PacketType {
    CONNECT(1, 0, Sender.CLIENT),
    CONNACK(2, 0, Sender.SERVER),
    PUBLISH(3, 0, null), // its flags carry DUP, QoS and RETAIN
    PUBACK(4, 0, null),
    PUBREC(5, 0, null),
    PUBREL(6, 2, null), // [MQTT-3.6.1-1]
    PUBCOMP(7, 0, null),
    SUBSCRIBE(8, 2, Sender.CLIENT), // [MQTT-3.8.1-1]
    SUBACK(9, 0, Sender.SERVER),
    UNSUBSCRIBE(10, 2, Sender.CLIENT), // [MQTT-3.10.1-1]
    UNSUBACK(11, 0, Sender.SERVER),
    PINGREQ(12, 0, Sender.CLIENT),
    PINGRESP(13, 0, Sender.SERVER),
    DISCONNECT(14, 0, null), // [MQTT-3.14.1-1]; in 3.1.1 from the client alone
    AUTH(15, 0, null); // [MQTT-3.15.1-1]; MQTT 5 alone

    private static final PacketType[] BY_NUMBER = values();

    private final int firstByte;
    private final @Nullable Sender onlySender;

    PacketType(int number, int flags, @Nullable Sender onlySender) {
        this.firstByte = (number << 4) | flags;
        this.onlySender = onlySender;
    }

    /// The type of a packet that begins with `firstByte`, or `null` for the reserved number 0.
    static @Nullable PacketType of(int firstByte) {
        int number = firstByte >>> 4;
        return number == 0 ? null : BY_NUMBER[number - 1];
    }

    /// The first byte of the packet, for PUBLISH without its flags.
    int firstByte() {
        return firstByte;
    }

    boolean mayComeFrom(Sender sender) {
        return onlySender == null || onlySender == sender;
    }
}
