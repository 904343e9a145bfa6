package dev.caddis.systemtests.interop;

import dev.caddis.systemtests.ChildProcess;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A broker in a process of its own, ended by its own process id.
final class ProgramBroker implements RunningBroker {
    private static final int READY_SECONDS_MAX = 60;

    private final ChildProcess process;
    private final Recipe recipe;

    private ProgramBroker(ChildProcess process, Recipe recipe) {
        this.process = process;
        this.recipe = recipe;
    }

    /// Starts it, and returns once it says that it is ready.
    ///
    /// @throws IOException when it ends before or takes longer than a minute, with what it printed
    static ProgramBroker start(Recipe recipe) throws IOException {
        var ready = new CompletableFuture<Boolean>();
        var process =
                new ChildProcess(
                        recipe.command(),
                        recipe.environment(),
                        line -> {
                            if (line.contains(recipe.ready())) {
                                ready.complete(true);
                            }
                        });
        process.onEnd(() -> ready.complete(false));
        var broker = new ProgramBroker(process, recipe);
        if (!broker.isReady(ready)) {
            broker.close();
            throw new IOException(
                    recipe.command().getFirst() + " did not start:\n" + process.output());
        }
        return broker;
    }

    @Override
    public int port() {
        return recipe.port();
    }

    @Override
    public String version() {
        Matcher matcher = Pattern.compile(recipe.version()).matcher(log());
        return matcher.find() ? matcher.group(1) : "";
    }

    @Override
    public String log() {
        return process.output();
    }

    @Override
    public void close() {
        List<ProcessHandle> children =
                ProcessHandle.of(process.pid())
                        .map(handle -> handle.descendants().toList())
                        .orElse(List.of());
        process.terminate();
        children.forEach(ProcessHandle::destroyForcibly);
    }

    private boolean isReady(CompletableFuture<Boolean> ready) {
        try {
            return ready.get(READY_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return false; // the caller reports what it printed
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
