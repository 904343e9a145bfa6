package dev.caddis.mqtt.session;

import java.time.Duration;

/// The bounds of every duration that is waited for: time is counted in nanoseconds of 64 bits.
final class Durations {

    private static final Duration LONGEST = Duration.ofDays(3650);

    private Durations() {}

    /// @throws IllegalArgumentException when `duration` is negative or longer than ten years
    static void require(String what, Duration duration) {
        if (duration.isNegative() || duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    what + " is " + duration + "; it must be 0 to 3650 days");
        }
    }
}
