package dev.caddis.agent.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.agent.source.Quality;
import dev.caddis.agent.source.Reading;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

class TelemetryPayloadTest {

    private static final Instant TAKEN = Instant.parse("2026-11-22T02:30:00Z");

    private final SequencedMap<String, Reading> readings = new LinkedHashMap<>();

    @Test
    void a_payload_is_one_object_with_the_time_first_and_null_for_a_failed_reading() {
        put("temperature", 21.5);
        readings.put(
                "humidity",
                new Reading("/h", null, null, Quality.FAILED, TAKEN, "Internal error 500"));

        assertThat(json("ts"))
                .isEqualTo(
                        "{%s,\"temperature\":21.5,\"humidity\":null}",
                        "\"ts\":\"2026-11-22T02:30:00.000Z\"");
    }

    @Test
    void without_a_timestamp_field_the_payload_has_readings_only() {
        put("b", 1L);
        put("a", true);

        assertThat(json(null)).isEqualTo("{\"b\":1,\"a\":true}");
    }

    @Test
    void lists_objects_null_and_text_are_written_as_they_are() {
        Map<String, @Nullable Object> latitude = new LinkedHashMap<>();
        latitude.put("degree", 52L);
        latitude.put("second", null);
        put("latitude", latitude);
        put("lan_clients", Arrays.asList("a", null, List.of()));
        put("name", "pump \"17\" \u00b0\n");
        put("nothing", null);

        String expected =
                """
                {"latitude":{"degree":52,"second":null},"lan_clients":["a",null,[]],\
                "name":"pump \\"17\\" \u00b0\\n","nothing":null}\
                """;
        assertThat(json(null)).isEqualTo(expected);
    }

    @Test
    void what_json_has_no_number_for_is_null() {
        put("nan", Double.NaN);
        put("list", List.of(Double.POSITIVE_INFINITY, 0.1));

        assertThat(json(null)).isEqualTo("{\"nan\":null,\"list\":[null,0.1]}");
    }

    @Test
    void the_time_is_utc_with_three_decimals_whatever_the_clock_gives() {
        TelemetryPayload payload = new TelemetryPayload();

        assertThat(payload.write("t", TAKEN.plusNanos(7_999_999), readings).asUtf8())
                .isEqualTo("{\"t\":\"2026-11-22T02:30:00.007Z\"}");
    }

    private String json(@Nullable String timestampField) {
        return new TelemetryPayload().write(timestampField, TAKEN, readings).asUtf8();
    }

    private void put(String field, @Nullable Object value) {
        readings.put(field, new Reading("/" + field, value, null, Quality.GOOD, TAKEN, null));
    }
}
