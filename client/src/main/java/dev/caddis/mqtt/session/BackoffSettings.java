package dev.caddis.mqtt.session;

import java.time.Duration;

/// How the time between attempts grows.
///
/// @param min the first window
/// @param max the largest window
/// @param attempts how many attempts in all before giving up; 0 is no limit
public record BackoffSettings(Duration min, Duration max, int attempts) {

    /// @throws IllegalArgumentException when `min` is not positive, `max` is below it, or
    ///   `attempts` is negative
    public BackoffSettings {
        if (min.isNegative() || min.isZero()) {
            throw new IllegalArgumentException("backoff min is " + min + "; it must be positive");
        }
        if (max.compareTo(min) < 0) {
            throw new IllegalArgumentException("backoff max " + max + " is below min " + min);
        }
        Durations.require("backoff max", max);
        if (attempts < 0) {
            throw new IllegalArgumentException(
                    "backoff attempts is " + attempts + "; 0 is no limit");
        }
    }
}
