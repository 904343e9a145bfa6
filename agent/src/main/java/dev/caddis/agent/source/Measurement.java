package dev.caddis.agent.source;

import org.jspecify.annotations.Nullable;

/// A value as a source gives it; the device tree makes it a [Reading].
///
/// @param value what [Reading#value] allows, and any other number the tree can turn into a `Long`
///   or `Double`
public record Measurement(@Nullable Object value, @Nullable String unit) {

    /// A value without a unit.
    public static Measurement of(@Nullable Object value) {
        return new Measurement(value, null);
    }

    public static Measurement of(@Nullable Object value, String unit) {
        return new Measurement(value, unit);
    }
}
