package dev.caddis.agent.cli;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.spi.AppenderAttachable;

import dev.caddis.agent.config.LogSettings;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/// Sets the level and the format of the log, and ends it. With [LogEncoder] the only class that
/// knows which log it is, and touched only by commands that write one: loading it takes time.
final class Logging {

    /// More than the log's own limit, which does not cover everything that may block in it.
    private static final Duration STOP = Duration.ofMillis(1_500);

    private Logging() {}

    /// @param debug whether somebody asked for everything, whatever `settings` say
    static void configure(LogSettings settings, boolean debug) {
        Level level = debug ? Level.DEBUG : Level.toLevel(settings.level().name());
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getLogger("dev.caddis").setLevel(level);
            encoders(context.getLogger(Logger.ROOT_LOGGER_NAME))
                    .forEach(encoder -> encoder.format(settings.format()));
        }
    }

    /// Those of ours; a log that the user has set up has others.
    private static List<LogEncoder> encoders(AppenderAttachable<ILoggingEvent> attached) {
        List<LogEncoder> found = new ArrayList<>();
        for (Iterator<Appender<ILoggingEvent>> each = attached.iteratorForAppenders();
                each.hasNext(); ) {
            switch (each.next()) {
                case AsyncAppender behind -> found.addAll(encoders(behind));
                case OutputStreamAppender<?> out
                        when out.getEncoder() instanceof LogEncoder encoder ->
                        found.add(encoder);
                default -> {}
            }
        }
        return found;
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
