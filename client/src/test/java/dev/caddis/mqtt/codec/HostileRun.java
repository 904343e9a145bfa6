package dev.caddis.mqtt.codec;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/// Inputs made from a seed and a number, each checked against the [CodecLaws]. One thread uses one,
/// and any may ask how far it is.
final class HostileRun {

    /// To make packets costs more than to spoil them.
    private static final int INPUTS_FROM_ONE = 16;

    private final CodecLaws laws = new CodecLaws();
    private final long seed;
    private final AtomicLong checked = new AtomicLong();
    private volatile long current;
    private HostileInput original;
    private long originalGroup;

    HostileRun(long seed) {
        this.seed = seed;
        this.original = HostileInput.packets(choices(~0L));
    }

    private Choices choices(long number) {
        return Choices.by(new SplittableRandom(seed + number * 0x9E37_79B9_7F4A_7C15L));
    }

    /// Makes input `number` and checks it.
    ///
    /// @throws AssertionError when it breaks a law
    void input(long number) {
        current = number;
        long group = number / INPUTS_FROM_ONE;
        if (group != originalGroup) {
            original = HostileInput.packets(choices(~group));
            originalGroup = group;
        }
        Choices choices = choices(number);
        HostileInput input = original.spoilt(choices);
        try {
            laws.hold(input.sender, input.version, input.bytes, choices);
        } catch (AssertionError broken) {
            throw new AssertionError(
                    "input %d of seed %d: %s".formatted(number, seed, broken.getMessage()), broken);
        }
        checked.incrementAndGet();
    }

    /// Inputs checked so far; any thread may ask.
    long checked() {
        return checked.get();
    }

    /// The number of the input that is being checked; any thread may ask.
    long current() {
        return current;
    }

    long accepted() {
        return laws.accepted;
    }

    long refused() {
        return laws.refused;
    }
}
