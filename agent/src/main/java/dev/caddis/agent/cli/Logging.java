package dev.caddis.agent.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;

import dev.caddis.agent.config.LogSettings;

import org.slf4j.LoggerFactory;

/// Sets the level of the log. The only class that knows which log it is, and touched only by
/// commands that write one: loading it takes time.
final class Logging {

    private Logging() {}

    /// @param debug whether somebody asked for everything, whatever `settings` say
    static void configure(LogSettings settings, boolean debug) {
        Level level = debug ? Level.DEBUG : Level.toLevel(settings.level().name());
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getLogger("dev.caddis").setLevel(level);
        }
    }
}
