package dev.caddis.agent.source;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/// What one data path answered at one instant.
///
/// @param path the data path with its leading slash
/// @param value a `String`, `Boolean`, `Long`, finite `Double`, `List` or `Map` of these, or null;
///   null when failed
/// @param unit the unit of a number, such as `°C` or `bytes`; null where there is none
/// @param takenAt when it was read; counters that several readers share may be up to a second older
/// @param problem why it failed; null exactly when the quality is [Quality#GOOD]
public record Reading(
        String path,
        @Nullable Object value,
        @Nullable String unit,
        Quality quality,
        Instant takenAt,
        @Nullable String problem) {

    public Reading {
        if ((quality == Quality.GOOD) == (problem != null)) {
            throw new IllegalArgumentException(
                    path + ": a reading has a problem exactly when it failed");
        }
        if (problem != null && value != null) {
            throw new IllegalArgumentException(path + ": a failed reading has no value");
        }
    }

    static Reading good(
            String path, @Nullable Object value, @Nullable String unit, Instant takenAt) {
        return new Reading(path, value, unit, Quality.GOOD, takenAt, null);
    }

    static Reading failed(String path, Quality how, String problem, Instant takenAt) {
        return new Reading(path, null, null, how, takenAt, problem);
    }

    public boolean failed() {
        return quality != Quality.GOOD;
    }
}
