package dev.caddis.mqtt.session;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.ReasonCode;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One input of a transcript: words, then `name=value` pairs; a value with blanks stands in quotes.
final class Line {

    private static final Pattern TOKEN = Pattern.compile("([a-z0-9-]+)=(\"[^\"]*\"|\\S*)|(\\S+)");

    private final String text;
    private final List<String> words = new ArrayList<>();
    private final TreeMap<String, String> values = new TreeMap<>();

    Line(String text) {
        this.text = text;
        Matcher matcher = TOKEN.matcher(text);
        while (matcher.find()) {
            String name = matcher.group(1);
            if (name == null) {
                words.add(matcher.group(3));
            } else {
                values.put(name, matcher.group(2).replace("\"", ""));
            }
        }
    }

    String word(int index) {
        if (index >= words.size()) {
            throw new IllegalArgumentException("a word is missing in: " + text);
        }
        return words.get(index);
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /// Values are asked for once; [#requireAllUsed] finds those nobody asked for.
    @Nullable String text(String name) {
        return values.remove(name);
    }

    String text(String name, String otherwise) {
        String value = text(name);
        return value == null ? otherwise : value;
    }

    @Nullable Integer number(String name) {
        String value = text(name);
        return value == null ? null : Integer.valueOf(value);
    }

    int number(String name, int otherwise) {
        Integer value = number(name);
        return value == null ? otherwise : value;
    }

    @Nullable Long big(String name) {
        String value = text(name);
        return value == null ? null : Long.valueOf(value);
    }

    @Nullable Boolean flag(String name) {
        Integer value = number(name);
        return value == null ? null : value == 1;
    }

    boolean flag(String name, boolean otherwise) {
        Boolean value = flag(name);
        return value == null ? otherwise : value;
    }

    Duration duration(String name, Duration otherwise) {
        String value = text(name);
        return value == null ? otherwise : duration(value);
    }

    /// `5s`, `300ms`, `2m`, `1h`.
    static Duration duration(String value) {
        return Duration.parse(
                value.endsWith("ms")
                        ? "PT" + Double.parseDouble(value.replace("ms", "")) / 1000 + "S"
                        : "PT" + value.toUpperCase(Locale.ROOT));
    }

    @Nullable Bytes bytes(String name) {
        String value = text(name);
        return value == null ? null : Bytes.utf8(value);
    }

    ReasonCode reason(String name) {
        return ReasonCode.valueOf(text(name, "SUCCESS"));
    }

    void requireAllUsed() {
        if (!values.isEmpty()) {
            throw new IllegalArgumentException("nothing uses " + values.keySet() + " of: " + text);
        }
    }
}
