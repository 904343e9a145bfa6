package dev.caddis.systemtests.page;

import dev.caddis.systemtests.ChildProcess;
import dev.caddis.systemtests.Programs;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Headless Chromium with one tab.
final class Chromium implements AutoCloseable {

    private static final int START_SECONDS_MAX = 120;
    private static final String LISTENING = "DevTools listening on ";

    private final ChildProcess process;
    private final DevTools tools;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final Tab tab;

    /// @param profile a folder of its own
    Chromium(Path profile) throws IOException, InterruptedException {
        CompletableFuture<String> listening = new CompletableFuture<>();
        List<String> command = new ArrayList<>();
        command.add(
                Programs.find("chromium")
                        .map(Path::toString)
                        .orElseThrow(() ->
                                new IOException(
                                        "chromium is not installed; apt-get install chromium")));
        command.addAll(
                List.of(
                        "--headless=new",
                        "--no-sandbox", // it does not start as root with one; it sees our page only
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "--no-first-run",
                        "--disable-gpu",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-dev-shm-usage",
                        "about:blank"));
        process =
                new ChildProcess(
                        command,
                        Map.of(),
                        line -> {
                            if (line.startsWith(LISTENING)) {
                                listening.complete(line.substring(LISTENING.length()).strip());
                            }
                        });
        process.onEnd(() -> listening.completeExceptionally(new IOException("it has ended")));
        try {
            URI address = URI.create(listening.get(START_SECONDS_MAX, TimeUnit.SECONDS));
            tools = new DevTools(address, this::heard);
            tab = open();
        } catch (ExecutionException | TimeoutException e) {
            process.kill();
            throw new IOException("chromium did not start:\n" + process.output(), e);
        }
    }

    private Tab open() throws IOException {
        Object target = tools.ask(null, "Target.createTarget", Map.of("url", "about:blank"));
        Object attached =
                tools.ask(
                        null,
                        "Target.attachToTarget",
                        Map.of(
                                "targetId",
                                String.valueOf(Json.at(target, "targetId")),
                                "flatten",
                                true));
        Tab opened = new Tab(tools, String.valueOf(Json.at(attached, "sessionId")));
        for (String domain : List.of("Page", "Runtime", "Network", "Log")) {
            opened.ask(domain + ".enable", Map.of());
        }
        opened.ask("Emulation.setLocaleOverride", Map.of("locale", "en-GB"));
        opened.ask("Emulation.setTimezoneOverride", Map.of("timezoneId", "UTC"));
        return opened;
    }

    private void heard(String event, @Nullable Object parameters) {
        switch (event) {
            case "Network.requestWillBeSent" ->
                    requests.add(String.valueOf(Json.at(parameters, "request", "url")));
            case "Runtime.exceptionThrown" ->
                    complaints.add(
                            String.valueOf(
                                    Json.at(
                                            parameters,
                                            "exceptionDetails",
                                            "exception",
                                            "description")));
            case "Log.entryAdded" -> {
                if ("security".equals(Json.at(parameters, "entry", "source"))) {
                    complaints.add(String.valueOf(Json.at(parameters, "entry", "text")));
                }
            }
            default -> {}
        }
    }

    Tab tab() {
        return tab;
    }

    /// The address of each request of the tab so far.
    List<String> requests() {
        return List.copyOf(requests);
    }

    /// What the page's script threw, and what its policy forbade.
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    @Override
    public void close() {
        tools.close();
        process.terminate();
    }
}
