package dev.caddis.agent.config;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads a number of bytes: a whole number and its unit, such as `256MB` or `1GiB`.
///
/// @param zeroAllowed whether 0, which then needs no unit, is right although below `min`
record SizeParser(long min, long max, boolean zeroAllowed) implements Parser<Long> {

    private static final long DECIMAL = 1_000;
    private static final long BINARY = 1 << 10;
    private static final Pattern SHAPE = Pattern.compile("([0-9]{1,9})([a-zA-Z]*)");
    private static final Map<String, Long> UNITS =
            Map.of(
                    "KB", DECIMAL,
                    "MB", DECIMAL * DECIMAL,
                    "GB", DECIMAL * DECIMAL * DECIMAL,
                    "KiB", BINARY,
                    "MiB", BINARY * BINARY,
                    "GiB", BINARY * BINARY * BINARY);

    @Override
    public Long parse(String text) throws Refused {
        Matcher shape = SHAPE.matcher(text);
        if (!shape.matches()) {
            throw Refused.value(
                    "is not a size", "write a whole number and a unit, such as 256MB or 1GiB");
        }
        long number = Long.parseLong(shape.group(1));
        if (number == 0 && zeroAllowed) {
            return 0L;
        }
        if (shape.group(2).isEmpty()) {
            throw Refused.value("has no unit", "write " + number + "MB or " + number + "KB");
        }
        Long unit = UNITS.get(shape.group(2));
        if (unit == null) {
            throw Refused.value(
                    "has an unknown unit",
                    "write KB, MB, GB, KiB, MiB or GiB, such as " + number + "MB");
        }
        long bytes = number * unit;
        if (bytes < min || bytes > max) {
            throw Refused.value(
                    bytes < min ? "is too small" : "is too large",
                    "write " + (zeroAllowed ? "0, or " : "") + text(min) + " to " + text(max));
        }
        return bytes;
    }

    /// `bytes` as it would be written, in the largest unit that fits.
    static String text(long bytes) {
        for (String unit : new String[] {"GB", "GiB", "MB", "MiB", "KB", "KiB"}) {
            long one = UNITS.getOrDefault(unit, 1L);
            if (bytes >= one && bytes % one == 0) {
                return bytes / one + unit;
            }
        }
        return bytes + " bytes";
    }
}
