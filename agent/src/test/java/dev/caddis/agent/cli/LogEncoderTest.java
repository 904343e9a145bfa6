package dev.caddis.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;

import dev.caddis.agent.config.LogSettings.Format;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

class LogEncoderTest {

    private final LoggerContext context = new LoggerContext();
    private final LogEncoder encoder = new LogEncoder();

    @BeforeEach
    void start() {
        encoder.setContext(context);
        encoder.start();
    }

    @Test
    void a_line_for_a_person_has_the_time_the_level_and_what_happened() {
        assertThat(line(null, "connected to {}", "mqtts://b"))
                .matches("[0-9:]{8}\\.120 WARN  connected to mqtts://b\n");
    }

    @Test
    void as_json_it_is_one_object_in_one_line_with_fixed_names() {
        encoder.format(Format.JSON);
        assertThat(line(null, "said {}", "\"hello\"\nto \u00e4"))
                .isEqualTo(
                        "{\"time\":\"2026-11-23T04:05:06.120Z\",\"level\":\"warn\","
                                + "\"logger\":\"dev.caddis.agent.Agent\","
                                + "\"message\":\"said \\\"hello\\\"\\nto \\u00E4\"}\n");
    }

    @Test
    void an_exception_stands_in_the_same_line_of_json() {
        encoder.format(Format.JSON);
        String line = line(new IllegalStateException("broken on purpose"), "it failed");
        assertThat(line)
                .contains("\"message\":\"it failed\",\"error\":\"java.lang.IllegalStateException:")
                .endsWith("}\n");
        assertThat(line.lines()).hasSize(1);
    }

    @Test
    void the_format_may_change_between_two_lines() {
        encoder.format(Format.JSON);
        assertThat(line(null, "one")).startsWith("{");
        encoder.format(Format.TEXT);
        assertThat(line(null, "two")).endsWith("WARN  two\n");
    }

    private String line(@Nullable Throwable cause, String message, Object... arguments) {
        var event =
                new LoggingEvent(
                        "x",
                        context.getLogger("dev.caddis.agent.Agent"),
                        Level.WARN,
                        message,
                        cause,
                        arguments);
        event.setInstant(Instant.parse("2026-11-23T04:05:06.120Z"));
        return new String(encoder.encode(event), StandardCharsets.UTF_8);
    }
}
