package dev.caddis.agent.config;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads a whole number with its unit, such as `500ms` or `7d`, within bounds.
///
/// @param zeroAllowed whether 0, which then needs no unit, is right although below `min`
/// @param wholeSeconds whether MQTT carries it in seconds
record DurationParser(Duration min, Duration max, boolean zeroAllowed, boolean wholeSeconds)
        implements Parser<Duration> {

    private static final Pattern SHAPE = Pattern.compile("([0-9]{1,12})([a-zA-Z]*)");
    private static final Map<String, Duration> UNITS =
            Map.of(
                    "ms", Duration.ofMillis(1),
                    "s", Duration.ofSeconds(1),
                    "m", Duration.ofMinutes(1),
                    "h", Duration.ofHours(1),
                    "d", Duration.ofDays(1));

    static DurationParser between(Duration min, Duration max) {
        return new DurationParser(min, max, false, false);
    }

    /// As a field of an MQTT packet carries it.
    static DurationParser secondsUpTo(Duration max) {
        return new DurationParser(Duration.ofSeconds(1), max, true, true);
    }

    @Override
    public Duration parse(String text) throws Refused {
        Matcher shape = SHAPE.matcher(text);
        if (!shape.matches()) {
            throw Refused.value(
                    "is not a duration",
                    "write a whole number and a unit, such as 500ms, 10s, 2m, 1h or 7d");
        }
        long number = Long.parseLong(shape.group(1));
        if (number == 0 && zeroAllowed) {
            return Duration.ZERO;
        }
        if (number == 0) {
            throw Refused.value("is too short", bounds());
        }
        if (shape.group(2).isEmpty()) {
            throw Refused.value(
                    "has no unit",
                    "write " + number + "s or " + number + (number < 10 ? "00ms" : "ms"));
        }
        Duration unit = UNITS.get(shape.group(2));
        if (unit == null) {
            throw Refused.value(
                    "has an unknown unit", "write ms, s, m, h or d, such as " + number + "s");
        }
        Duration duration = unit.multipliedBy(number);
        requireInBounds(duration);
        return duration;
    }

    private void requireInBounds(Duration duration) throws Refused {
        if (wholeSeconds && duration.toNanosPart() != 0) {
            throw Refused.value(
                    "is not a whole number of seconds",
                    "write " + (duration.toSeconds() + 1) + "s");
        }
        if (duration.compareTo(min) < 0) {
            throw Refused.value("is too short", bounds());
        }
        if (duration.compareTo(max) > 0) {
            throw Refused.value("is too long", bounds());
        }
    }

    private String bounds() {
        return "write " + (zeroAllowed ? "0, or " : "") + text(min) + " to " + text(max);
    }

    /// `duration` as it would be written, in the largest unit that fits.
    static String text(Duration duration) {
        for (String unit : new String[] {"d", "h", "m", "s"}) {
            Duration one = UNITS.getOrDefault(unit, Duration.ZERO);
            if (duration.compareTo(one) >= 0 && duration.toMillis() % one.toMillis() == 0) {
                return duration.dividedBy(one) + unit;
            }
        }
        return duration.toMillis() + "ms";
    }
}
