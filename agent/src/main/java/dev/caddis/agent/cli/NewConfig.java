package dev.caddis.agent.cli;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/// The text of a new configuration, with comments that say what to change.
///
/// @param device as `device.id` has it, references included
/// @param ca null: the system's CAs
/// @param certificate null: no client certificate
/// @param key null together with `certificate`
/// @param every a duration
/// @param router the router app's topics take the place of our own when there are any
record NewConfig(
        String url,
        String device,
        @Nullable String ca,
        @Nullable String certificate,
        @Nullable String key,
        String every,
        @Nullable RouterSettings router) {

    /// Our own topic: a field and its data path.
    private static final List<Map.Entry<String, String>> OWN =
            List.of(
                    Map.entry("cpu_load", "/system/cpu/load"),
                    Map.entry("memory_available", "/system/memory/available"),
                    Map.entry("temperature", "/sensors/temperature"));

    /// Whether `url` is one of TLS, or may become one: references are not replaced yet.
    static boolean isEncrypted(String url) {
        String scheme = url.toLowerCase(Locale.ROOT);
        return !scheme.startsWith("mqtt://") && !scheme.startsWith("ws://");
    }

    /// `10`, `0.5` as `10s`, `500ms`.
    static String seconds(BigDecimal seconds) {
        return seconds.stripTrailingZeros().scale() <= 0
                ? seconds.toBigInteger() + "s"
                : seconds.movePointRight(3).toBigInteger() + "ms";
    }

    /// @param answers whether this machine answers a data path now; the others are written as
    ///   comments
    String text(Predicate<String> answers) {
        StringBuilder yaml = new StringBuilder();
        yaml.append(
                """
                # The configuration of Caddis. Is it right: caddis check; run it: caddis run
                # Every key: docs/reference/config.md, or man caddis

                """);
        yaml.append("device:\n");
        yaml.append(
                commented(
                        "  id: " + quoted(device),
                        device.equals("${cert:cn}")
                                ? "the name in the certificate; also the client id"
                                : "stands in topics; also the client id"));
        yaml.append("\nbrokers:\n  - url: ").append(quoted(url)).append("\n\n");
        tls(yaml);
        if (router != null) {
            router(yaml, router, answers);
        } else {
            own(yaml, answers);
        }
        yaml.append(
                """

                # What waits while there is no broker:
                # store: { max_size: 256MB, when_full: drop_oldest }
                # A page and metrics, on this machine alone:
                # status: { listen: "127.0.0.1:9464" }
                """);
        return yaml.toString();
    }

    private void tls(StringBuilder yaml) {
        if (!isEncrypted(url)) {
            yaml.append("# Nothing is encrypted. With TLS: mqtts:// above, and a section tls.\n\n");
            return;
        }
        if (ca == null && certificate == null) {
            yaml.append(
                    """
                    # The broker is verified against the system's CAs and gets no certificate of ours. Others:
                    # tls: { ca: ca.pem, cert: device.pem, key: device.key }

                    """);
            return;
        }
        yaml.append("tls:\n");
        yaml.append(
                ca == null
                        ? commented("  # ca: ca.pem", "left out: the system's CAs")
                        : "  ca: " + quoted(ca) + "\n");
        if (certificate != null && key != null) {
            yaml.append("  cert: ").append(quoted(certificate)).append('\n');
            yaml.append(commented("  key: " + quoted(key), "for this user alone: chmod 600"));
        }
        yaml.append('\n');
    }

    private void own(StringBuilder yaml, Predicate<String> answers) {
        yaml.append("defaults:\n  every: ").append(every).append("\n\n");
        yaml.append(
                """
                topics:
                  "${device.id}/data":             # one JSON object; "caddis read /" lists the data paths of this machine
                """);
        for (Map.Entry<String, String> field : OWN) {
            String line = field.getKey() + ": " + field.getValue();
            yaml.append(
                    answers.test(field.getValue())
                            ? "    " + line + "\n"
                            : commented("    # " + line, "nothing answers it here"));
        }
        yaml.append(
                """

                # subscriptions:
                #   - { topic: "${device.id}/commands", qos: 1, handler: log }
                """);
    }

    /// What the router app does, said to Caddis.
    private void router(StringBuilder yaml, RouterSettings settings, Predicate<String> answers) {
        yaml.append(
                """
                session:
                  keep_alive: 60s
                  reconnect: { min: 1s, max: 120s }

                availability:                      # the last will of the router app; left out: online and offline, retained
                  topic: /will/oops
                  online: ""
                  offline: "${device.id} has vanished!"
                  qos: 2
                  retain: false

                """);
        yaml.append("defaults:\n  every: ").append(every).append("\n  qos: 1\n");
        yaml.append(
                commented("  timestamp: none", "left out: each payload has ts, when it was read"));
        yaml.append('\n');
        boolean any =
                settings.topics().values().stream()
                        .flatMap(fields -> fields.values().stream())
                        .anyMatch(answers);
        yaml.append(any ? "topics:\n" : "# topics:\n");
        settings.topics()
                .forEach((topic, fields) -> {
                    boolean published = fields.values().stream().anyMatch(answers);
                    yaml.append(published ? "  " : "  # ")
                            .append(quoted(plain(topic)))
                            .append(":\n");
                    fields.forEach((field, path) -> field(yaml, field, path, answers.test(path)));
                });
        yaml.append("\n").append(commented("subscriptions:", "its own topics, written to the log"));
        for (Map.Entry<String, ?> topic : settings.topics().entrySet()) {
            yaml.append("  - { topic: ")
                    .append(quoted(plain(topic.getKey())))
                    .append(", qos: 1, handler: log }\n");
        }
    }

    private static void field(StringBuilder yaml, String field, String path, boolean answered) {
        String line = quoted(field) + ": " + quoted(plain(path));
        yaml.append(
                answered
                        ? "    " + line + "\n"
                        : commented(
                                "    # " + line, "nothing answers it here: choose another path"));
    }

    /// The comments of all lines stand below each other, but for lines that are too long.
    private static String commented(String line, String comment) {
        return String.format("%-34s # %s\n", line, comment);
    }

    /// So that it stands for itself.
    private static String plain(String text) {
        return text.replace("${", "$${");
    }

    /// In double quotes, which YAML reads as JSON does.
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars()
                .forEach(c -> {
                    if (c == '"' || c == '\\') {
                        quoted.append('\\').append((char) c);
                    } else if (c < ' ' || c == 0x7f) {
                        quoted.append(String.format("\\u%04x", c));
                    } else {
                        quoted.append((char) c);
                    }
                });
        return quoted.append('"').toString();
    }
}
