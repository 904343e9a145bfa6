package dev.caddis.mqtt.codec;

/// UTF-8 encoded strings (1.5.4), strictly: neither half surrogates nor U+0000, in either
/// direction; U+FEFF is kept `[MQTT-1.5.4-3]`.
final class Text {

    /// Bytes a string or binary field can hold: its length travels in two bytes.
    static final int BYTES_MAX = 65_535;

    private Text() {}

    /// The length of `text` in UTF-8.
    ///
    /// @throws EncodingException naming `field` when `text` cannot be carried
    static int encodedLength(PacketType packet, Object field, String text) {
        int length = text.length();
        int i = 0;
        while (i < length && isPlain(text.charAt(i))) {
            i++;
        }
        long bytes = i;
        while (i < length) {
            char c = text.charAt(i);
            if (c == 0) { // [MQTT-1.5.4-2]
                throw new EncodingException(packet, field + " holds U+0000 at index " + i);
            }
            if (c < 0x80) {
                bytes++;
            } else if (c < 0x800) {
                bytes += 2;
            } else if (!Character.isSurrogate(c)) {
                bytes += 3;
            } else if (i + 1 < length && Character.isSurrogatePair(c, text.charAt(i + 1))) {
                bytes += 4;
                i++;
            } else { // [MQTT-1.5.4-1]
                throw new EncodingException(
                        packet, field + " holds half of a surrogate pair at index " + i);
            }
            i++;
        }
        if (bytes > BYTES_MAX) {
            throw new EncodingException(
                    packet,
                    field + " is " + bytes + " bytes in UTF-8; at most " + BYTES_MAX + " fit");
        }
        return (int) bytes;
    }

    private static boolean isPlain(char c) {
        return c < 0x80 && c != 0;
    }

    /// Index of the first byte in `from` to `to` that is not well-formed UTF-8 or is U+0000, or -1.
    static int firstOffence(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            if (bytes[i] > 0) {
                i++;
                continue;
            }
            int width = sequenceWidth(bytes, i, to);
            if (width == 0) {
                return i;
            }
            i += width;
        }
        return -1;
    }

    /// Bytes of the well-formed sequence at `i`, 2 to 4, or 0: no overlong form, no surrogate,
    /// nothing above U+10FFFF `[MQTT-1.5.4-1]`.
    private static int sequenceWidth(byte[] bytes, int i, int to) {
        int first = bytes[i] & 0xFF;
        int width = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
        if (first < 0xC2 || first > 0xF4 || width > to - i) {
            return 0;
        }
        int second = bytes[i + 1] & 0xFF;
        int lowest = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        int highest = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        if (second < lowest || second > highest) {
            return 0;
        }
        for (int k = i + 2; k < i + width; k++) {
            if ((bytes[k] & 0xC0) != 0x80) {
                return 0;
            }
        }
        return width;
    }

    /// Whether `text` holds a wildcard, which no topic name may.
    static boolean hasWildcard(String text) {
        return text.indexOf('#') >= 0 || text.indexOf('+') >= 0;
    }
}
