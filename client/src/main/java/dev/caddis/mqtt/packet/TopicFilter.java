package dev.caddis.mqtt.packet;

/// What a subscription asks for (section 4.7): topic levels, `+` for one whole level, `#` for the
/// rest.
public record TopicFilter(String value) {

    private static final String SHARE = "$share/";

    /// @throws IllegalArgumentException when `value` is empty `[MQTT-4.7.3-1]`, `#` is not last or
    ///   not alone in its level `[MQTT-4.7.1-1]`, `+` shares its level `[MQTT-4.7.1-2]`, a share
    ///   name is missing or holds a wildcard `[MQTT-4.8.2-1]` `[MQTT-4.8.2-2]`, or a rule of MQTT
    ///   strings is broken
    public TopicFilter {
        if (value.isEmpty()) {
            throw new IllegalArgumentException(
                    "topic filter is empty; it has at least one character");
        }
        Utf8.requireValid("topic filter", value);
        String levels = value;
        if (value.startsWith(SHARE)) {
            int end = value.indexOf('/', SHARE.length());
            if (end < 0 || end == value.length() - 1) {
                throw new IllegalArgumentException(
                        "shared filter \"" + value + "\" has no filter; write $share/NAME/FILTER");
            }
            String name = value.substring(SHARE.length(), end);
            if (name.isEmpty() || name.indexOf('+') >= 0 || name.indexOf('#') >= 0) {
                throw new IllegalArgumentException(
                        "shared filter \""
                                + value
                                + "\" has no plain share name; write $share/NAME/FILTER");
            }
            levels = value.substring(end + 1);
        }
        requireWholeLevels(value, levels);
    }

    private static void requireWholeLevels(String whole, String levels) {
        int start = 0;
        while (true) {
            int end = levels.indexOf('/', start);
            boolean last = end < 0;
            int length = (last ? levels.length() : end) - start;
            int wildcard = wildcardIn(levels, start, start + length);
            if (wildcard >= 0) {
                char c = levels.charAt(wildcard);
                if (length != 1) {
                    throw new IllegalArgumentException(
                            "topic filter \""
                                    + whole
                                    + "\": "
                                    + c
                                    + " must stand alone in its level");
                }
                if (c == '#' && !last) {
                    throw new IllegalArgumentException(
                            "topic filter \"" + whole + "\": # must be the last level");
                }
            }
            if (last) {
                return;
            }
            start = end + 1;
        }
    }

    private static int wildcardIn(String levels, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = levels.charAt(i);
            if (c == '+' || c == '#') {
                return i;
            }
        }
        return -1;
    }

    /// Whether this is a shared subscription, `$share/NAME/FILTER` (MQTT 5.0 section 4.8.2).
    public boolean isShared() {
        return value.startsWith(SHARE);
    }

    /// Whether a message published to `topic` is one this filter asks for.
    ///
    /// A filter that begins with a wildcard does not match a topic that begins with `$` (4.7.2);
    /// `sport/#` matches `sport` (4.7.1.2).
    public boolean matches(String topic) {
        int f = isShared() ? value.indexOf('/', SHARE.length()) + 1 : 0;
        int filterEnd = value.length();
        int topicEnd = topic.length();
        if (topicEnd > 0
                && topic.charAt(0) == '$'
                && (value.charAt(f) == '+' || value.charAt(f) == '#')) {
            return false;
        }
        int t = 0;
        while (f < filterEnd) {
            char c = value.charAt(f);
            if (c == '#') {
                return true;
            }
            if (c == '+') {
                while (t < topicEnd && topic.charAt(t) != '/') {
                    t++;
                }
                f++;
            } else if (t < topicEnd && topic.charAt(t) == c) {
                f++;
                t++;
            } else {
                return t == topicEnd
                        && c == '/'
                        && f + 2 == filterEnd
                        && value.charAt(f + 1) == '#';
            }
        }
        return t == topicEnd;
    }

    @Override
    public String toString() {
        return value;
    }
}
