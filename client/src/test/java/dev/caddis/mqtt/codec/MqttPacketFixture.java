package dev.caddis.mqtt.codec;

import dev.caddis.mqtt.packet.ProtocolVersion;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// One line of `fixtures/mqtt-packet.jsonl`, which `system-tests/tools/mqtt-packet-fixtures` makes
/// and explains.
///
/// @param line where it stands in the tests of mqtt-packet 9.0.2
/// @param chunks its bytes, cut where the fixture cuts them; empty when there are none
/// @param fields as [MqttPacketForm] has them; empty when the bytes are no packet
record MqttPacketFixture(
        String line,
        String kind,
        ProtocolVersion version,
        List<String> chunks,
        Map<String, Object> fields) {

    private static final Path FILE = Path.of("src/test/resources/fixtures/mqtt-packet.jsonl");

    /// What the fixtures give packets that do not have it.
    private static final Set<String> OF_PUBLISH =
            Set.of("retain", "qos", "dup", "topic", "payload");

    private static final Set<String> BYTES =
            Set.of("payload", "password", "correlationData", "authenticationData");

    static List<MqttPacketFixture> all() throws IOException {
        var json = new JsonMapper();
        return Files.readAllLines(FILE).stream()
                .map(line -> of(json.readValue(line, Map.class)))
                .toList();
    }

    private static MqttPacketFixture of(Map<?, ?> json) {
        List<String> chunks = new ArrayList<>();
        if (json.get("chunks") instanceof List<?> list) {
            list.forEach(chunk -> chunks.add(String.valueOf(chunk)));
        } else if (json.get("hex") instanceof String hex) {
            chunks.add(hex);
        }
        Map<String, Object> fields = new TreeMap<>();
        if (json.get("fields") instanceof Map<?, ?> map) {
            fields = normal(map);
            fields.remove("length");
            if (!"publish".equals(fields.get("cmd"))) {
                fields.keySet().removeAll(OF_PUBLISH);
            }
        }
        return new MqttPacketFixture(
                String.valueOf(json.get("line")),
                String.valueOf(json.get("kind")),
                Integer.valueOf(5).equals(json.get("version"))
                        ? ProtocolVersion.V5
                        : ProtocolVersion.V3_1_1,
                chunks,
                fields);
    }

    byte[] bytes() {
        return HexFormat.of().parseHex(String.join("", chunks));
    }

    private static Map<String, Object> normal(Map<?, ?> map) {
        var fields = new TreeMap<String, Object>();
        map.forEach((name, value) -> {
            Object normal = normal(String.valueOf(name), value);
            if (normal != null) {
                fields.put(String.valueOf(name), normal);
            }
        });
        return fields;
    }

    /// The fixtures write text as bytes, bytes as text and numbers in several ways.
    private static @Nullable Object normal(String name, @Nullable Object value) {
        return switch (value) {
            case null -> null;
            case String text when BYTES.contains(name) ->
                    Map.of("hex", HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8)));
            case Map<?, ?> map when !BYTES.contains(name) && map.get("hex") instanceof String hex ->
                    new String(HexFormat.of().parseHex(hex), StandardCharsets.UTF_8);
            case Map<?, ?> map -> normal(map);
            case List<?> list -> list.stream().map(each -> normal(name, each)).toList();
            case Number number -> number.longValue();
            case Boolean no when !no && name.equals("payloadFormatIndicator") ->
                    null; // the default
            default -> value;
        };
    }
}
