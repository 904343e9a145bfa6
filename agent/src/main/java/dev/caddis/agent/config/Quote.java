package dev.caddis.agent.config;

/// Makes text of the user's file fit to stand in one line of an error.
final class Quote {

    private static final int LENGTH_MAX = 80;

    private Quote() {}

    /// `text` in double quotes, shortened when it is long.
    static String of(String text) {
        int end = Math.min(text.length(), LENGTH_MAX);
        if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        return '"' + oneLine(text.substring(0, end)) + (end < text.length() ? "..." : "") + '"';
    }

    /// `text` with control characters written as `\n`, `\t` or `\u001b`.
    static String oneLine(String text) {
        var line = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n') {
                line.append("\\n");
            } else if (c == '\t') {
                line.append("\\t");
            } else if (isControl(c)) {
                line.append(String.format("\\u%04x", (int) c));
            } else {
                line.append(c);
            }
        }
        return line.toString();
    }

    /// Whether `c` would break a line or steer a terminal.
    static boolean isControl(char c) {
        return Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
    }
}
