package dev.caddis.agent.cli;

import dev.caddis.agent.Permission;
import dev.caddis.mqtt.Delivery;
import dev.caddis.mqtt.event.ClientEvent;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/// Prints messages as they arrive until something ends it. A message is written whole, in one
/// piece, before its handler returns: what is acknowledged has been printed.
final class Printing {

    /// Why printing ended.
    sealed interface Ending {
        record CountReached() implements Ending {}

        record ReaderGone() implements Ending {}

        record TimeOver() implements Ending {}

        record Failed(String why) implements Ending {}
    }

    private final OutputStream out;
    private final MessageFormat format;
    private final long countMax;
    private final ReentrantLock lock = new ReentrantLock(); // several subscriptions, one output
    private final CompletableFuture<Ending> ending = new CompletableFuture<>();
    private long printed;

    Printing(OutputStream out, MessageFormat format, long countMax) {
        this.out = out;
        this.format = format;
        this.countMax = countMax;
    }

    /// Prints nothing once it has ended.
    ///
    /// @param acknowledge is run when it is printed
    void print(Delivery delivery, Runnable acknowledge) {
        byte[] bytes = format.format(delivery);
        lock.lock();
        try {
            if (ending.isDone()) {
                return;
            }
            out.write(bytes);
            out.flush();
            printed++;
            acknowledge.run(); // before the end, after which the client is closed
            if (printed == countMax) {
                ending.complete(new Ending.CountReached());
            }
        } catch (IOException broken) {
            ending.complete(
                    isReaderGone(broken)
                            ? new Ending.ReaderGone()
                            : new Ending.Failed(
                                    "cannot write to standard output: " + broken.getMessage()));
        } finally {
            lock.unlock();
        }
    }

    /// A filter that the broker refuses for good ends it, and a client that fails: what was asked
    /// for will not come.
    void watch(ClientEvent event) {
        switch (event) {
            case ClientEvent.SubscriptionRefused refused when !refused.retrying() ->
                    ending.complete(
                            new Ending.Failed(
                                    "the broker refused to serve "
                                            + refused.filter()
                                            + ": "
                                            + refused.reason()
                                            + Permission.toRead(refused.reason())));
            case ClientEvent.SubscriptionUnanswered silence when !silence.retrying() ->
                    ending.complete(
                            new Ending.Failed(
                                    "the broker did not answer the subscription to "
                                            + silence.filter()
                                            + ", asked for to the last retry"));
            case ClientEvent.Failed _ -> ending.complete(new Ending.Failed(ClientEnd.SENTENCE));
            default -> {}
        }
    }

    long printed() {
        lock.lock();
        try {
            return printed;
        } finally {
            lock.unlock();
        }
    }

    /// Waits for the end, for `timeout` at most; `null` is for ever.
    Ending await(@Nullable Duration timeout) throws InterruptedException {
        try {
            return timeout == null
                    ? ending.get()
                    : ending.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException over) {
            ending.complete(new Ending.TimeOver());
            return ending.join();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static boolean isReaderGone(IOException broken) {
        return String.valueOf(broken.getMessage()).contains("Broken pipe");
    }
}
