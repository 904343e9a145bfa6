package dev.caddis.agent.cli;

import dev.caddis.agent.cli.PythonLiterals.Assigned;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// What `settings.py` of the router app says, as far as Caddis has it too.
///
/// @param interval seconds between two publishes
/// @param topics topic to field to data path
record RouterSettings(
        String server, int port, BigDecimal interval, Map<String, Map<String, String>> topics) {

    private static final int PORT = 8884;

    /// Paths of the router's store that this machine answers under another name, by their ends.
    private static final Map<String, String> OURS =
            Map.of("system_id", "/device/id", "temperature", "/sensors/temperature");

    /// @throws UsageException with the line, when something is missing or would have to be run
    static RouterSettings read(Path file) {
        try {
            return new Reader(file, PythonLiterals.of(Files.readString(file))).settings();
        } catch (NoSuchFileException e) {
            throw new UsageException(
                    "caddis: there is no " + file + "; name the settings.py of the router app");
        } catch (CharacterCodingException e) {
            throw new UsageException(
                    "caddis: " + file + " is not UTF-8; name the settings.py of the router app");
        } catch (IOException e) {
            throw new UsageException(
                    "caddis: " + file + " cannot be read: " + e.getMessage() + "; see to it");
        }
    }

    String url() {
        return "mqtts://" + (server.contains(":") ? "[" + server + "]" : server) + ":" + port;
    }

    /// The names in one file.
    private record Reader(Path file, Map<String, Assigned> names) {

        RouterSettings settings() {
            return new RouterSettings(
                    (String) need("MQTT_SERVER", String.class, "'broker.example.com'"),
                    port(),
                    interval(),
                    topics());
        }

        private int port() {
            BigDecimal port = number("MQTT_PORT", new BigDecimal(PORT));
            if (port.stripTrailingZeros().scale() > 0
                    || port.signum() <= 0
                    || port.compareTo(new BigDecimal(65_535)) > 0) {
                throw wrong("MQTT_PORT", "is no port; write 1 to 65535");
            }
            return port.intValueExact();
        }

        private BigDecimal interval() {
            BigDecimal interval = number("PUBLISH_INTERVAL", BigDecimal.TEN);
            if (interval.compareTo(new BigDecimal("0.1")) < 0) {
                throw wrong("PUBLISH_INTERVAL", "is too short; write 0.1 seconds or more");
            }
            return interval;
        }

        private BigDecimal number(String name, BigDecimal absent) {
            return names.containsKey(name)
                    ? (BigDecimal) need(name, BigDecimal.class, String.valueOf(absent))
                    : absent;
        }

        private Map<String, Map<String, String>> topics() {
            var written = (Map<?, ?>) need("topics", Map.class, "{'status': {'field': '/path'}}");
            Map<String, Map<String, String>> topics = new LinkedHashMap<>();
            written.forEach((topic, fields) -> topics.put((String) topic, fields(topic, fields)));
            if (topics.isEmpty()) {
                throw wrong("topics", "is empty; there would be nothing to publish");
            }
            return topics;
        }

        private Map<String, String> fields(Object topic, @Nullable Object fields) {
            if (!(fields instanceof Map<?, ?> paths) || paths.isEmpty()) {
                throw wrong("topics", "has a topic '" + topic + "' without fields; write some");
            }
            Map<String, String> ours = new LinkedHashMap<>();
            paths.forEach((field, path) -> {
                if (!(path instanceof String text)) {
                    throw wrong(
                            "topics",
                            "has a field '" + field + "' without a data path; write it as text");
                }
                ours.put((String) field, path(text));
            });
            return ours;
        }

        private static String path(String routers) {
            String end = routers.substring(routers.lastIndexOf('/') + 1);
            return OURS.getOrDefault(end, routers.startsWith("/") ? routers : "/" + routers);
        }

        private Object need(String name, Class<?> kind, String example) {
            Assigned assigned = names.get(name);
            if (assigned == null) {
                throw new UsageException(
                        "caddis: "
                                + file
                                + " sets no "
                                + name
                                + "; write "
                                + name
                                + " = "
                                + example);
            }
            if (!assigned.literal() || !kind.isInstance(assigned.value())) {
                throw wrong(
                        name,
                        "is nothing that can be read without running it; write "
                                + name
                                + " = "
                                + example);
            }
            return kind.cast(assigned.value());
        }

        private UsageException wrong(String name, String what) {
            Assigned assigned = names.get(name);
            int line = assigned == null ? 1 : assigned.line();
            return new UsageException(file + ":" + line + ": " + name + " " + what);
        }
    }
}
