package dev.caddis.mqtt.transport;

import org.jspecify.annotations.Nullable;

/// Text from outside, made fit for a sentence in a log.
final class Text {

    private static final int LENGTH_MAX = 200;

    private Text() {}

    /// `text` without control characters and of bounded length.
    static String printable(@Nullable String text) {
        String cut = text == null ? "" : text;
        if (cut.length() > LENGTH_MAX) {
            cut = cut.substring(0, LENGTH_MAX) + "...";
        }
        var clean = new StringBuilder();
        cut.chars().forEach(c -> clean.append(Character.isISOControl(c) ? '?' : (char) c));
        return clean.toString();
    }
}
