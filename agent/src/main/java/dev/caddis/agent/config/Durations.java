package dev.caddis.agent.config;

import java.time.Duration;

/// Durations as people write them, in the configuration and on the command line: `500ms`, `10s`,
/// `2m`, `1h`, `7d`.
public final class Durations {

    private static final DurationParser POSITIVE =
            DurationParser.between(Duration.ofMillis(1), Duration.ofDays(365));

    private Durations() {}

    /// Reads a whole number and its unit, from 1ms to 365d.
    ///
    /// @throws IllegalArgumentException that quotes `text` and says what to write
    public static Duration parse(String text) {
        try {
            return POSITIVE.parse(text);
        } catch (Refused refused) {
            throw new IllegalArgumentException(
                    Quote.of(text) + " " + refused.what() + "; " + refused.remedy(), refused);
        }
    }

    /// `duration` as it would be written, in the largest unit that fits.
    public static String text(Duration duration) {
        return duration.isZero() ? "0" : DurationParser.text(duration);
    }
}
