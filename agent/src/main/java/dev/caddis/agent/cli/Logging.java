package dev.caddis.agent.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;

import dev.caddis.agent.config.LogSettings;

import org.slf4j.LoggerFactory;

import java.time.Duration;

/// Sets the level of the log, and ends it. The only class that knows which log it is, and touched
/// only by commands that write one: loading it takes time.
final class Logging {

    /// More than the log's own limit, which does not cover everything that may block in it.
    private static final Duration STOP = Duration.ofMillis(1_500);

    private Logging() {}

    /// @param debug whether somebody asked for everything, whatever `settings` say
    static void configure(LogSettings settings, boolean debug) {
        Level level = debug ? Level.DEBUG : Level.toLevel(settings.level().name());
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getLogger("dev.caddis").setLevel(level);
        }
    }

    /// Writes the lines that still wait, then ends the log. Returns soon also when nobody reads it.
    static void stop() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            Thread stopping =
                    Thread.ofPlatform().daemon().name("caddis-log-stop").start(context::stop);
            try {
                var _ = stopping.join(STOP);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
