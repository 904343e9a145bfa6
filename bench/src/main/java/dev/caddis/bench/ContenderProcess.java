package dev.caddis.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// One contender in a JVM of its own, and its figures so far.
final class ContenderProcess implements AutoCloseable {

    /// The same for all: a fixed heap, the collector Caddis is started with, and no warnings about
    /// what Netty does.
    static final List<String> FLAGS =
            List.of(
                    "-Xms512m",
                    "-Xmx512m",
                    "-XX:+UseSerialGC",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow");

    private final String title;
    private final ContenderKind kind;
    private final Process process;
    private final BufferedReader answers;
    private final OutputStream orders;
    private final List<Figures> counted = new ArrayList<>();

    private ContenderProcess(String title, ContenderKind kind, Process process) {
        this.title = title;
        this.kind = kind;
        this.process = process;
        this.answers = process.inputReader();
        this.orders = process.getOutputStream();
    }

    /// @throws IOException when it does not start or does not reach the broker
    static ContenderProcess start(
            String title,
            ContenderKind kind,
            String classPath,
            List<String> moreFlags,
            Target target)
            throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.addAll(moreFlags);
        command.addAll(List.of("-cp", classPath, ContenderMain.class.getName(), kind.word()));
        command.addAll(
                List.of(target.host(), String.valueOf(target.port()), target.pki().toString()));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        var made = new ContenderProcess(title, kind, process);
        String answer = made.answer();
        if (!answer.equals(ContenderMain.READY)) {
            throw new IOException(title + " said \"" + answer + "\" instead of being ready");
        }
        return made;
    }

    String title() {
        return title;
    }

    long pid() {
        return process.pid();
    }

    List<Figures> counted() {
        return counted;
    }

    /// Publishes `messages`.
    Figures run(int messages) throws IOException {
        orders.write((kind.share(messages) + "\n").getBytes(StandardCharsets.US_ASCII));
        orders.flush();
        return Figures.ofLine(answer());
    }

    /// As [#run], and remembers the figures.
    Figures count(int messages) throws IOException {
        Figures figures = run(messages);
        counted.add(figures);
        return figures;
    }

    private String answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException(title + " ended; its error output says why");
        }
        return line;
    }

    @Override
    public void close() throws IOException {
        orders.close();
        Mosquitto.awaitEnd(process, 15);
    }
}
