package dev.caddis.mqtt.session;

/// Random numbers as arithmetic on a seed that comes from outside (the SplitMix64 sequence), so
/// that a run can be repeated from its seed. Not for secrets.
final class Jitter {

    private long state;

    Jitter(long seed) {
        state = seed;
    }

    /// Uniform in 0 to `bound`, both inclusive.
    long upTo(long bound) {
        return Math.floorMod(next() >>> 1, bound + 1);
    }

    private long next() {
        state += 0x9E3779B97F4A7C15L;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
