package dev.caddis.agent.cli;

import dev.caddis.agent.AgentListener;
import dev.caddis.mqtt.event.ClientEvent;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/// Knows when a client has failed: after that it does nothing any more, and who waits for it waits
/// in vain.
final class ClientEnd implements AgentListener {

    /// What the user of a command is told; why it failed was told before.
    static final String SENTENCE = "the MQTT client failed; run the command again";

    private final CompletableFuture<Boolean> come = new CompletableFuture<>();
    private final boolean reopened;

    ClientEnd() {
        this(false);
    }

    /// @param reopened whether a client whose session folder failed is followed by another: that is
    ///   not the end
    ClientEnd(boolean reopened) {
        this.reopened = reopened;
    }

    @Override
    public void onEvent(ClientEvent event) {
        if (event instanceof ClientEvent.Failed failed && !(failed.kept() && reopened)) {
            come.complete(true);
        }
    }

    boolean hasCome() {
        return come.isDone();
    }

    void await() throws InterruptedException {
        try {
            come.get();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// Does `work` on a thread of its own, so that a client that fails ends the wait for it,
    /// wherever it blocks; the thread is left behind then.
    ///
    /// @throws FailedException when the client failed first
    /// @throws Exception what `work` throws
    <T> T orEarlier(Callable<T> work) throws Exception {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        var _ =
                come.thenRun(
                        () -> outcome.completeExceptionally(new FailedException(SENTENCE, null)));
        Thread.ofPlatform()
                .daemon()
                .name("caddis-work")
                .start(() -> {
                    try {
                        outcome.complete(work.call());
                    } catch (Throwable failure) {
                        outcome.completeExceptionally(failure);
                    }
                });
        try {
            return outcome.get();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof Exception cause ? cause : failed;
        }
    }
}
