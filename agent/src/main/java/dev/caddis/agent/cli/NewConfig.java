package dev.caddis.agent.cli;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;

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

    private static final Set<String> ANSWERED =
            Set.of("device", "network", "sensors", "storage", "system");

    /// Whether this machine may answer `path`.
    static boolean isAnswered(String path) {
        List<String> names = List.of(path.substring(1).split("/", -1));
        return ANSWERED.contains(names.getFirst());
    }

    /// `10`, `0.5` as `10s`, `500ms`.
    static String seconds(BigDecimal seconds) {
        return seconds.stripTrailingZeros().scale() <= 0
                ? seconds.toBigInteger() + "s"
                : seconds.movePointRight(3).toBigInteger() + "ms";
    }

    String text() {
        StringBuilder yaml = new StringBuilder();
        yaml.append(
                """
                # The configuration of Caddis. Is it right: caddis check; run it: caddis run
                # Every key: docs/reference/config.md, or man caddis

                """);
        yaml.append("device:\n  id: ").append(quoted(device));
        yaml.append(
                device.equals("${cert:cn}")
                        ? "                  # the name in the certificate; also the client id\n"
                        : "                  # stands in topics; also the client id\n");
        yaml.append("\nbrokers:\n  - url: ").append(quoted(url)).append("\n\n");
        tls(yaml);
        if (router != null) {
            router(yaml, router);
        } else {
            own(yaml);
        }
        yaml.append(
                """

                # store: { max_size: 256MB, when_full: drop_oldest }   # what waits while there is no broker
                # status: { listen: "127.0.0.1:9464" }                # a page and metrics, on this machine alone
                """);
        return yaml.toString();
    }

    private void tls(StringBuilder yaml) {
        if (!url.startsWith("mqtts://") && !url.startsWith("wss://")) {
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
                        ? "  # ca: ca.pem                     # left out: the system's CAs\n"
                        : "  ca: " + quoted(ca) + "\n");
        if (certificate != null && key != null) {
            yaml.append("  cert: ").append(quoted(certificate)).append('\n');
            yaml.append("  key: ").append(quoted(key));
            yaml.append("                  # for this user alone: chmod 600\n");
        }
        yaml.append('\n');
    }

    private void own(StringBuilder yaml) {
        yaml.append("defaults:\n  every: ").append(every).append("\n\n");
        yaml.append(
                """
                topics:
                  "${device.id}/data":             # one JSON object; "caddis read /" lists the data paths of this machine
                    cpu_load: /system/cpu/load
                    memory_available: /system/memory/available
                    temperature: /sensors/temperature

                # subscriptions:
                #   - { topic: "${device.id}/commands", qos: 1, handler: log }
                """);
    }

    /// What the router app does, said to Caddis.
    private void router(StringBuilder yaml, RouterSettings settings) {
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
                "  timestamp: none                  # left out: each payload has ts, when it was"
                        + " read\n\ntopics:\n");
        settings.topics()
                .forEach((topic, fields) -> {
                    yaml.append("  ").append(quoted(plain(topic))).append(":\n");
                    fields.forEach((field, path) -> field(yaml, field, path));
                });
        yaml.append("\nsubscriptions:                     # its own topics, written to the log\n");
        for (Map.Entry<String, ?> topic : settings.topics().entrySet()) {
            yaml.append("  - { topic: ")
                    .append(quoted(plain(topic.getKey())))
                    .append(", qos: 1, handler: log }\n");
        }
    }

    private static void field(StringBuilder yaml, String field, String path) {
        yaml.append("    ").append(quoted(field)).append(": ").append(quoted(plain(path)));
        if (!isAnswered(path)) {
            yaml.append("   # of the router; null here: choose another, or remove it");
        }
        yaml.append('\n');
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
