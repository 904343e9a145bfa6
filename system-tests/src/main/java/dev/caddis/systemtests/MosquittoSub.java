package dev.caddis.systemtests;

import dev.caddis.demo.Issued;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// `mosquitto_sub` of this machine as an observer that shares no code with Caddis. Reconnects and
/// subscribes again by itself about a second after its broker is back; what is published in between
/// it does not see, for its session is a clean one.
public final class MosquittoSub implements AutoCloseable {
    private static final int SUBSCRIBED_SECONDS_MAX = 20;
    private static final String MARK =
            "= "; // what the format below begins with; -d prints lines of its own
    private static final String FORMAT = MARK + "%q %r %x %t"; // the topic last: it may hold blanks

    private final Observations observations = new Observations();
    private final CompletableFuture<Boolean> subscribed = new CompletableFuture<>();
    private final ChildProcess process;

    private MosquittoSub(List<String> command) throws IOException {
        process = new ChildProcess(command, this::onLine);
        process.onEnd(() -> subscribed.complete(false));
    }

    /// Subscribes at QoS 2 and returns once the broker has granted it.
    ///
    /// @param mqtt `mqttv5` or `mqttv311`
    /// @throws IOException when that takes too long, with what the program printed
    public static MosquittoSub subscribe(
            int port, Path ca, Issued client, String mqtt, String clientId, String... filters)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.addAll(
                List.of(Programs.require("stdbuf"), "-oL")); // lines at once, into a pipe too
        command.addAll(List.of(Programs.require("mosquitto_sub"), "-d", "-F", FORMAT));
        command.addAll(List.of("-h", "localhost", "-p", String.valueOf(port)));
        command.addAll(List.of("--cafile", ca.toString()));
        command.addAll(List.of("--cert", client.certificate().toString()));
        command.addAll(List.of("--key", client.key().toString()));
        command.addAll(List.of("-V", mqtt, "-i", clientId, "-q", "2"));
        for (String filter : filters) {
            command.addAll(List.of("-t", filter));
        }
        var observer = new MosquittoSub(command);
        observer.awaitSubscribed();
        return observer;
    }

    public Observations observations() {
        return observations;
    }

    /// Everything the program printed.
    public String output() {
        return process.output();
    }

    @Override
    public void close() {
        process.terminate();
    }

    private void awaitSubscribed() throws IOException {
        try {
            if (!subscribed.get(SUBSCRIBED_SECONDS_MAX, TimeUnit.SECONDS)) {
                close();
                throw new IOException("mosquitto_sub ended early:\n" + process.output());
            }
        } catch (TimeoutException | ExecutionException e) {
            close();
            throw new IOException("mosquitto_sub did not subscribe:\n" + process.output(), e);
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while mosquitto_sub subscribed", e);
        }
    }

    private void onLine(String line) {
        if (line.startsWith("Subscribed ")) {
            subscribed.complete(true);
        } else if (line.startsWith(MARK)) {
            String[] part = line.substring(MARK.length()).split(" ", 4);
            observations.add(
                    new Observed(part[3], part[2], Integer.parseInt(part[0]), part[1].equals("1")));
        }
    }
}
