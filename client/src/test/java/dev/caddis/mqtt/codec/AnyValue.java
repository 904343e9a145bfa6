package dev.caddis.mqtt.codec;

import dev.caddis.mqtt.packet.Bytes;

import org.jspecify.annotations.Nullable;

import java.util.function.Supplier;

/// Any value of a field, with a liking for the edges: lengths where a number needs another byte,
/// code points where UTF-8 does.
final class AnyValue {

    private static final int[] EDGE_LENGTHS = {126, 127, 128, 129, 16_383, 16_384, 65_535};
    private static final int[] EDGE_VALUES = {1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152};

    /// The first and the last code point of each length in UTF-8, what stands beside the
    /// surrogates, and what readers like to treat specially.
    private static final int[] CODE_POINTS = {
        'a', 1, '/', '$', 0x7F, 0x80, 0xE9, 0x7FF, 0x800, 0x20AC, 0xD7FF, 0xE000, 0xFEFF, 0xFFFD,
        0xFFFF, 0x1_0000, 0x1_F600, 0x10_FFFF
    };

    private final Choices choices;

    AnyValue(Choices choices) {
        this.choices = choices;
    }

    <T> @Nullable T maybe(Supplier<T> any) {
        return choices.below(3) < 2 ? null : any.get();
    }

    int twoBytes(int lowest) {
        return choices.oneIn(8) ? choices.of(lowest, 0xFF, 0x100, 0xFFFF) : small(lowest, 0xFFFF);
    }

    long fourBytes(int lowest) {
        return choices.oneIn(8)
                ? choices.of((long) lowest, 0xFFFFL, 0x8000_0000L, 0xFFFF_FFFFL)
                : small(lowest, Integer.MAX_VALUE - 1);
    }

    int variable() {
        return choices.oneIn(4)
                ? EDGE_VALUES[choices.below(EDGE_VALUES.length)]
                : small(1, VariableByteInteger.MAX);
    }

    private int small(int lowest, int highest) {
        return choices.yes() ? choices.from(lowest, highest) : choices.from(lowest, 200);
    }

    String text() {
        int characters = choices.oneIn(3) ? 0 : choices.from(1, 12);
        if (choices.oneIn(2048)) {
            return "x".repeat(EDGE_LENGTHS[choices.below(EDGE_LENGTHS.length)]);
        }
        var text = new StringBuilder();
        for (int i = 0; i < characters; i++) {
            text.appendCodePoint(codePoint());
        }
        return text.toString();
    }

    private int codePoint() {
        if (choices.below(4) < 3) {
            return choices.from('a', 'z');
        }
        return CODE_POINTS[choices.below(CODE_POINTS.length)];
    }

    String nonEmptyText() {
        String text = text();
        return text.isEmpty() ? "a" : text;
    }

    /// No wildcard is among the code points above.
    String topicName() {
        return nonEmptyText();
    }

    Bytes binary() {
        return bytes(choices.oneIn(2048) ? EDGE_LENGTHS[choices.below(7)] : choices.below(12));
    }

    Bytes payload() {
        return bytes(choices.oneIn(2048) ? choices.below(40_000) : choices.below(40));
    }

    private Bytes bytes(int length) {
        byte[] bytes = new byte[length];
        int first = choices.below(0x100);
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i < 16 ? choices.below(0x100) : first + i);
        }
        return Bytes.wrap(bytes);
    }
}
