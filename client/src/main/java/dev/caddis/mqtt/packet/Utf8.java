package dev.caddis.mqtt.packet;

/// The rules of a UTF-8 encoded string (MQTT 5.0 section 1.5.4).
final class Utf8 {

    static final int MAX_BYTES = 65_535;

    private Utf8() {}

    /// Refuses what cannot be carried: an unpaired surrogate `[MQTT-1.5.4-1]`, U+0000
    /// `[MQTT-1.5.4-2]`, more than 65,535 bytes `[MQTT-4.7.3-3]`.
    ///
    /// @throws IllegalArgumentException naming `what` and the rule
    static void requireValid(String what, String text) {
        int bytes = 0;
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new IllegalArgumentException(
                        what + " holds U+0000 at index " + i + "; MQTT strings must not");
            }
            if (c < 0x80) {
                bytes++;
            } else if (c < 0x800) {
                bytes += 2;
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < length
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                bytes += 4;
                i++;
            } else if (Character.isSurrogate(c)) {
                throw new IllegalArgumentException(
                        what
                                + " holds half of a surrogate pair at index "
                                + i
                                + "; it has no UTF-8 form");
            } else {
                bytes += 3;
            }
        }
        if (bytes > MAX_BYTES) {
            throw new IllegalArgumentException(
                    what
                            + " is "
                            + bytes
                            + " bytes long in UTF-8; MQTT carries at most "
                            + MAX_BYTES);
        }
    }
}
