package dev.caddis.demo;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;

import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;

/// `caddis demo`: the whole journey of a reading on one machine, with a broker of its own.
@Command(
        name = "demo",
        description =
                "Watch readings of this machine travel over mutual TLS to a broker and back. Makes"
                        + " throw-away certificates and starts an embedded Apache Artemis on the"
                        + " loopback interface; needs no network and leaves nothing behind.",
        footer = {"", "Example: caddis demo --cycles 0 --dir /tmp/caddis-demo"})
final class DemoCommand implements Callable<Integer> {

    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    /// How long an interrupted demo may take to end: at worst the broker is just starting.
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = "--cycles",
            paramLabel = "N",
            defaultValue = "5",
            description =
                    "How many readings to publish, one a second; 0: until Ctrl-C. Default:"
                            + " ${DEFAULT-VALUE}.")
    private int cycles;

    @Option(
            names = "--port",
            paramLabel = "P",
            defaultValue = "0",
            description =
                    "The broker's port on the loopback interface; 0: any that is free. Default:"
                            + " ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--dir",
            paramLabel = "D",
            description =
                    "A new or empty folder for certificates, configuration and the broker's files,"
                            + " which then stay. Left out: a folder that is deleted at the end.")
    private @Nullable Path directory;

    @Override
    public Integer call() throws Exception {
        CommandSpec known = spec;
        if (known == null) {
            throw new IllegalStateException("the demo runs without its command line");
        }
        if (cycles < 0) {
            throw new ParameterException(
                    known.commandLine(),
                    "--cycles is " + cycles + "; write 0 for ever, or how many");
        }
        if (port < 0 || port > 65_535) {
            throw new ParameterException(
                    known.commandLine(), "--port is " + port + "; write 0 to 65535");
        }
        quiet();
        PrintWriter err = known.commandLine().getErr();
        var made = new AtomicReference<@Nullable DemoFolder>();
        try (var interruption = new Interruption(PATIENCE, () -> delete(made.get(), err))) {
            try {
                // The hook is there before the folder is, which holds private keys.
                DemoFolder folder = DemoFolder.of(directory);
                made.set(folder);
                interruption.check();
                return new GuidedRun(
                                        known.commandLine().getOut(),
                                        folder,
                                        cycles,
                                        port,
                                        interruption)
                                .run()
                        ? DONE
                        : FAILED;
            } finally {
                endLog();
                delete(made.get(), err);
            }
        } catch (DemoFolder.InUseException wrong) {
            err.println("caddis: --dir " + wrong.getMessage() + "; name a new or an empty folder");
            return USAGE;
        } catch (IOException e) {
            err.println("caddis: the demo cannot go on: " + e.getMessage());
            return FAILED;
        } catch (InterruptedException asked) {
            return FAILED; // the signal gives the process its own exit code
        }
    }

    /// The demo says itself what happens; the logs of agent and broker would say it again.
    private static void quiet() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getLogger("dev.caddis").setLevel(Level.ERROR);
            for (String broker : List.of("org.apache", "io.netty", "org.apache.activemq")) {
                context.getLogger(broker).setLevel(Level.OFF);
            }
        }
    }

    /// Writes what still waits to be written.
    private static void endLog() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.stop();
        }
    }

    /// Says what is left rather than failing: it is the last thing that the demo does.
    private static void delete(@Nullable DemoFolder folder, PrintWriter err) {
        try {
            if (folder != null) {
                folder.delete();
            }
        } catch (IOException left) {
            err.println("caddis: " + left.getMessage());
        }
    }
}
