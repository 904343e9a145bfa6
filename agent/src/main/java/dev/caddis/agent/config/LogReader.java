package dev.caddis.agent.config;

import dev.caddis.agent.config.LogSettings.Format;
import dev.caddis.agent.config.LogSettings.Level;

import java.util.Map;

/// Section `log`.
final class LogReader {

    private static final Parser<Level> LEVEL =
            Parsers.choice(
                    Map.of(
                            "error", Level.ERROR,
                            "warn", Level.WARN,
                            "info", Level.INFO,
                            "debug", Level.DEBUG,
                            "trace", Level.TRACE),
                    "error, warn, info, debug or trace");
    private static final Parser<Format> FORMAT =
            Parsers.choice(Map.of("text", Format.TEXT, "json", Format.JSON), "text or json");

    private LogReader() {}

    static LogSettings read(Section root) {
        Section log = root.section("log", Keys.LOG);
        return log == null
                ? new LogSettings(Level.INFO, Format.TEXT)
                : new LogSettings(
                        log.read("level", LEVEL, Level.INFO),
                        log.read("format", FORMAT, Format.TEXT));
    }
}
