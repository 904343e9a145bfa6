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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/// `caddis demo`: the whole journey of a reading on one machine, with a broker of its own.
@Command(
        name = "demo",
        description =
                "Watch readings of this machine travel over mutual TLS to a broker and back. Makes"
                        + " throw-away certificates and starts an embedded Apache Artemis on the"
                        + " loopback interface; needs no network and leaves nothing behind.",
        footer = {"", "Example: caddis demo --cycles 0 --dir /tmp/caddis-demo"})
final class DemoCommand implements Callable<Integer> {

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
        PrintWriter out = known.commandLine().getOut();
        Path kept = directory;
        Path folder =
                kept == null ? Files.createTempDirectory("caddis-demo-") : kept.toAbsolutePath();
        try {
            return new GuidedRun(out, folder, cycles, port).run() ? 0 : 1;
        } catch (IOException e) {
            known.commandLine()
                    .getErr()
                    .println("caddis: the demo cannot go on: " + e.getMessage());
            return 1;
        } finally {
            endLog();
            if (kept == null) {
                delete(folder);
            }
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

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
