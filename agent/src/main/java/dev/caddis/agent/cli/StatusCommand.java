package dev.caddis.agent.cli;

import dev.caddis.agent.ControlSocket;
import dev.caddis.agent.config.AgentSettings;
import dev.caddis.agent.status.StatusSettings;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/// `caddis status`: how is the agent that runs?
@Command(
        name = "status",
        description =
                "Ask the agent that runs with this configuration how it is: connection, TLS,"
                        + " certificate, outbox, the last values of each topic, subscriptions. Exit"
                        + " code 1 when no agent runs.",
        footer = {
            "",
            "Examples:",
            "  caddis status -c /etc/caddis/caddis.yaml --watch",
            "  caddis status --json | jq .connection.connected"
        })
final class StatusCommand implements Callable<Integer> {

    private static final Duration ANSWERS = Duration.ofSeconds(10);
    private static final long WATCH_SECONDS = 2;
    private static final int OK = 200;

    /// To the upper left corner; the rest of each line, and of the screen, is erased.
    private static final String HOME = "\u001b[H";

    private static final String END_OF_LINE = "\u001b[K";
    private static final String END_OF_SCREEN = "\u001b[J";

    @Spec private @Nullable CommandSpec spec;
    @Mixin private final ConfigOption config = new ConfigOption();

    @Option(names = "--json", description = "Print one JSON object in one line.")
    private boolean json;

    @Option(
            names = {"-w", "--watch"},
            description = "Show it again every 2 seconds, until Ctrl-C.")
    private boolean watch;

    @Override
    public Integer call() throws InterruptedException {
        Path file = config.file();
        AgentSettings settings = ConfigFile.valid(file).settings();
        PrintWriter out = Console.out(spec);
        boolean screen = watch && !json && Terminal.isStandardOutput();
        do {
            String status = status(file, settings);
            if (json) {
                out.println(status);
            } else if (screen) {
                out.print(HOME);
                StatusText.of(JsonTree.of(status)).forEach(line -> out.println(line + END_OF_LINE));
                out.print(END_OF_SCREEN);
            } else {
                StatusText.of(JsonTree.of(status)).forEach(out::println);
            }
            out.flush();
        } while (watch && pause());
        return ExitCode.DONE;
    }

    /// @throws FailedException when no agent answers
    private static String status(Path file, AgentSettings settings) throws InterruptedException {
        Path folder = settings.store().folder();
        StatusSettings page = settings.status();
        try {
            Optional<String> status =
                    folder == null ? Optional.empty() : ControlSocket.status(folder);
            if (status.isEmpty() && page != null && isOpen(page)) {
                status = overHttp(page);
            }
            return status.orElseThrow(() -> new FailedException(nobody(file, settings), null));
        } catch (IOException | IllegalArgumentException e) {
            throw new FailedException("the agent does not tell how it is: " + e.getMessage(), e);
        }
    }

    /// One with a token and TLS is asked by who knows the token.
    private static boolean isOpen(StatusSettings page) {
        return page.address() != null && page.access() == null;
    }

    private static String nobody(Path file, AgentSettings settings) {
        Path folder = settings.store().folder();
        boolean reachable =
                folder != null || (settings.status() != null && isOpen(settings.status()));
        return reachable
                ? "no agent runs with "
                        + file
                        + (folder == null ? "" : " and has session folder " + folder)
                        + ", or it runs as another user; ask as that one: sudo -u USER caddis"
                        + " status -c "
                        + file
                : "an agent that runs with "
                        + file
                        + " cannot be asked: it has neither a session folder"
                        + " (store.durability: memory) nor a status.listen without a token";
    }

    private static Optional<String> overHttp(StatusSettings page)
            throws IOException, InterruptedException {
        URI uri = URI.create(page.url(page.port()) + "/status.json");
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer =
                    http.send(
                            HttpRequest.newBuilder(uri).timeout(ANSWERS).build(),
                            HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != OK) {
                throw new IOException(uri + " answered " + answer.statusCode());
            }
            return Optional.of(answer.body().strip());
        } catch (ConnectException nobody) {
            return Optional.empty();
        }
    }

    private static boolean pause() throws InterruptedException {
        TimeUnit.SECONDS.sleep(WATCH_SECONDS);
        return true;
    }
}
