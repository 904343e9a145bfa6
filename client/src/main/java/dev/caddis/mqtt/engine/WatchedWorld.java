package dev.caddis.mqtt.engine;

import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.identity.LoadedIdentity;
import dev.caddis.mqtt.session.Deadlines;
import dev.caddis.mqtt.session.Input;
import dev.caddis.mqtt.transport.Dial;
import dev.caddis.mqtt.transport.DialException;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The engine as its [IdentityWatch] sees it.
///
/// @param way to the broker where the session is
/// @param inputs takes what the session is told
record WatchedWorld(
        Deadlines deadlines,
        Supplier<Way> way,
        Consumer<Input> inputs,
        Consumer<ClientEvent> listeners,
        BooleanSupplier isOnline)
        implements IdentityWatch.World {

    /// What a server has, after the handshake, to refuse us.
    private static final Duration REFUSAL = Duration.ofSeconds(6);

    @Override
    public boolean online() {
        return isOnline.getAsBoolean();
    }

    /// On a thread of its own: a step of it that blocks is freed by abort() alone.
    @Override
    public void prove(LoadedIdentity identity) throws DialException, InterruptedException {
        Way present = way.get();
        Dial dial = new Dial(present.endpoint(), present.proxy(), () -> identity, phase -> {});
        var verdict = new CompletableFuture<@Nullable DialException>();
        Thread prover =
                Thread.ofVirtual()
                        .name(Thread.currentThread().getName() + "-proof")
                        .start(() -> {
                            try {
                                dial.prove();
                                verdict.complete(null);
                            } catch (DialException e) {
                                verdict.complete(e);
                            } catch (RuntimeException | Error e) {
                                verdict.completeExceptionally(e);
                            }
                        });
        try {
            long nanos =
                    deadlines
                            .resolve()
                            .plus(deadlines.connect())
                            .plus(deadlines.handshake())
                            .plus(REFUSAL)
                            .toNanos();
            DialException refusal = await(verdict, nanos, dial);
            if (refusal != null) {
                throw refusal;
            }
        } finally {
            dial.abort();
            prover.join();
        }
    }

    private static @Nullable DialException await(
            CompletableFuture<@Nullable DialException> verdict, long nanos, Dial dial)
            throws InterruptedException {
        try {
            return verdict.get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            dial.abort();
            return verdict.join(); // ABORTED
        } catch (ExecutionException e) {
            throw new IllegalStateException("a proof failed unexpectedly", e.getCause());
        }
    }

    @Override
    public void move(String why) {
        inputs.accept(new Input.Move(why, deadlines.disconnect().toNanos()));
    }

    @Override
    public void tell(ClientEvent event) {
        listeners.accept(event);
    }
}
