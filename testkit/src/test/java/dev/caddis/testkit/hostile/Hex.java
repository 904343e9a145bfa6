package dev.caddis.testkit.hostile;

/// Bytes in hexadecimal, two digits each.
final class Hex {

    private Hex() {}

    static String one(int value) {
        return "%02X".formatted(value & 0xFF);
    }

    static String two(int value) {
        return "%04X".formatted(value & 0xFFFF);
    }

    static int count(String hex) {
        return hex.length() / 2;
    }

    static String first(int bytes, String hex) {
        return hex.substring(0, 2 * bytes);
    }

    static String from(int bytes, String hex) {
        return hex.substring(2 * bytes);
    }

    /// With byte `at` replaced.
    static String put(String hex, int at, int value) {
        return first(at, hex) + one(value) + from(at + 1, hex);
    }

    /// A variable byte integer.
    static String length(int value) {
        return value < 0x80 ? one(value) : one(value | 0x80) + length(value >>> 7);
    }

    /// A variable byte integer below 128 in more bytes than it needs `[MQTT-1.5.5-1]`.
    static String padded(int value, int bytes) {
        return one(value | 0x80) + "80".repeat(bytes - 2) + "00";
    }
}
