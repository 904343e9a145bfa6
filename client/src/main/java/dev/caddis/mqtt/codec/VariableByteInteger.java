package dev.caddis.mqtt.codec;

/// Numbers of one to four bytes, seven bits each, least significant first (1.5.5).
final class VariableByteInteger {

    static final int MAX = 268_435_455;

    private VariableByteInteger() {}

    /// Bytes of the shortest form, the only one allowed `[MQTT-1.5.5-1]`.
    static int sizeOf(int value) {
        return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : 4;
    }
}
