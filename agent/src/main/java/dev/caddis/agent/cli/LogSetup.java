package dev.caddis.agent.cli;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;

import org.slf4j.Logger;

/// Sets up the log of the agent: lines for a person, or for journald, on standard error. Another
/// one: `-Dlogback.configurationFile=FILE`.
///
/// In code, since the file that logback would read costs 400 classes and a parser: 4 MB of memory
/// and a fifth of the time to start. Logback finds this class as a service.
public final class LogSetup extends ContextAwareBase implements Configurator {

    private static final int QUEUE_LINES_MAX = 2_048;
    private static final int FLUSH_MILLIS_MAX = 1_000;

    @Override
    public ExecutionStatus configure(LoggerContext log) {
        if (System.getProperty("logback.configurationFile") != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        var lines = new LogEncoder();
        lines.setContext(log);
        lines.start();

        var standardError = new ConsoleAppender<ILoggingEvent>();
        standardError.setContext(log);
        standardError.setName("stderr");
        standardError.setTarget("System.err");
        standardError.setEncoder(lines);
        standardError.start();

        // A standard error that nobody reads holds up its writer. So a thread of its own writes:
        // when it cannot keep up with the agent, the newest lines wait and further ones are lost.
        var behind = new AsyncAppender();
        behind.setContext(log);
        behind.setName("behind");
        behind.setQueueSize(QUEUE_LINES_MAX);
        behind.setDiscardingThreshold(0);
        behind.setNeverBlock(true);
        behind.setMaxFlushTime(FLUSH_MILLIS_MAX);
        behind.addAppender(standardError);
        behind.start();

        log.getLogger("dev.caddis").setLevel(Level.INFO);
        var root = log.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(behind);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
