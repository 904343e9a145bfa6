package dev.caddis.agent.config;

import java.util.Locale;

/// Numbers of bytes as people write and read them: `256MB`.
public final class Sizes {

    private static final double STEP = 1_000;

    private Sizes() {}

    /// `bytes` as it would be written in the configuration, exactly.
    public static String text(long bytes) {
        return SizeParser.text(bytes);
    }

    /// `bytes` for a person, in three digits or so: `1.3 GB`.
    public static String about(long bytes) {
        double left = bytes;
        String[] units = {"bytes", "KB", "MB", "GB", "TB", "PB", "EB"};
        int unit = 0;
        while (left >= STEP && unit < units.length - 1) {
            left /= STEP;
            unit++;
        }
        return unit == 0
                ? bytes + " bytes"
                : String.format(Locale.ROOT, left < 10 ? "%.1f %s" : "%.0f %s", left, units[unit]);
    }
}
