package dev.caddis.mqtt.codec;

import java.util.SplittableRandom;

/// The decisions that make the input of a test. One generator serves them all: properties decide by
/// bytes that shrink, the fuzzer by bytes that it mutates, the long run by a seed.
interface Choices {

    /// A number from 0 to `bound` - 1. 0 is the simplest: what is decided by nothing more is small.
    int below(int bound);

    /// Whether something rare happens, once in `odds`.
    default boolean oneIn(int odds) {
        return below(odds) == odds - 1;
    }

    default boolean yes() {
        return oneIn(2);
    }

    default int from(int lowest, int highest) {
        return lowest + below(highest - lowest + 1);
    }

    @SuppressWarnings("unchecked")
    default <T> T of(T... choices) {
        return choices[below(choices.length)];
    }

    /// Takes one, two or four of `bytes` for each decision, and decides 0 when they are used up.
    static Choices by(byte[] bytes) {
        return new Choices() {
            private int at;

            @Override
            public int below(int bound) {
                int value = next();
                if (bound > 0x100) {
                    value = value << 8 | next();
                }
                if (bound > 0x1_0000) {
                    value = value << 16 | next() << 8 | next();
                }
                return Integer.remainderUnsigned(value, bound);
            }

            private int next() {
                return at < bytes.length ? bytes[at++] & 0xFF : 0;
            }
        };
    }

    static Choices by(SplittableRandom random) {
        return random::nextInt;
    }
}
