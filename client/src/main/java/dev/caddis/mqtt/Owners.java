package dev.caddis.mqtt;

import dev.caddis.mqtt.engine.FilterBook;
import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.packet.ReasonCode;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Who gets the messages of which filter, one owner at a time, and tells the owner that no more
/// will come. Any thread may call it.
///
/// A filter changes its owner and is asked for, or no longer, in one step: the suppliers run under
/// the lock, must return at once, and call nothing of the application. The engine tells it each
/// event at once, on the thread where it happened.
final class Owners implements Consumer<ClientEvent> {

    /// Who has a filter. What it is told returns at once; no lock is held while it runs.
    interface Owner {
        /// What it is, for a sentence.
        String what();

        /// The client is being closed. Nothing is told after this, and the next two.
        void closed();

        /// The client is over without having been closed.
        void failed(ClientClosedException why);

        /// The application has unsubscribed the filter by its name.
        void unsubscribed();

        /// The broker refused the filter to the last retry of a connection.
        ///
        /// @param reason `null`: it gave no answer
        void refused(@Nullable ReasonCode reason);
    }

    /// Any handler: another may take its place, and it has nothing to be told.
    static final Owner HANDLER =
            new Owner() {
                @Override
                public String what() {
                    return "a handler";
                }

                @Override
                public void closed() {}

                @Override
                public void failed(ClientClosedException why) {}

                @Override
                public void unsubscribed() {}

                @Override
                public void refused(@Nullable ReasonCode reason) {}
            };

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Owner> owners = new HashMap<>(); // under the lock, as the next two
    private @Nullable ClientClosedException over;
    private boolean closed; // over, and by the application

    /// Gives `filter` to `owner`, and asks for it. Where the client is over nothing is asked for:
    /// the owner is told, and so is who waits for the answer.
    ///
    /// @throws IllegalStateException when another has the filter
    CompletableFuture<FilterBook.Answer> take(
            String filter, Owner owner, Supplier<CompletableFuture<FilterBook.Answer>> subscribe) {
        ClientClosedException why;
        boolean byClose;
        lock.lock();
        try {
            why = over;
            byClose = closed;
            if (why == null) {
                requireFree(filter, owner);
                CompletableFuture<FilterBook.Answer> answer = subscribe.get();
                owners.put(filter, owner);
                return answer;
            }
        } finally {
            lock.unlock();
        }
        tell(owner, why, byClose);
        return CompletableFuture.failedFuture(why);
    }

    private void requireFree(String filter, Owner owner) {
        Owner present = owners.get(filter);
        if (present != null && !(present.equals(HANDLER) && owner.equals(HANDLER))) {
            throw new IllegalStateException(
                    "the messages of "
                            + filter
                            + " go to "
                            + present.what()
                            + " of this client, and "
                            + owner.what()
                            + " would take them from it. End that one first, or unsubscribe the"
                            + " filter, or use another");
        }
    }

    /// Ends what `owner` has. Where it has the filter no more, nothing happens.
    CompletableFuture<FilterBook.Answer> release(
            String filter,
            Owner owner,
            Supplier<CompletableFuture<FilterBook.Answer>> unsubscribe) {
        lock.lock();
        try {
            Owner present = owners.get(filter);
            if (owner.equals(present) || (present == null && owner.equals(HANDLER))) {
                owners.remove(filter);
                return unsubscribe.get();
            }
        } finally {
            lock.unlock();
        }
        return CompletableFuture.completedFuture(new FilterBook.Answer.Ended());
    }

    /// Ends the filter whoever has it, and tells that owner.
    CompletableFuture<FilterBook.Answer> end(
            String filter, Supplier<CompletableFuture<FilterBook.Answer>> unsubscribe) {
        Owner ended;
        CompletableFuture<FilterBook.Answer> answer;
        lock.lock();
        try {
            ended = owners.remove(filter);
            answer = unsubscribe.get();
        } finally {
            lock.unlock();
        }
        if (ended != null) {
            ended.unsubscribed();
        }
        return answer;
    }

    int size() {
        lock.lock();
        try {
            return owners.size();
        } finally {
            lock.unlock();
        }
    }

    /// The client is being closed.
    void closed() {
        end(new ClientClosedException("the client was closed", null), true);
    }

    @Override
    public void accept(ClientEvent event) {
        switch (event) {
            case ClientEvent.Failed failed ->
                    end(
                            new ClientClosedException(
                                    "the client failed: " + failed.cause() + ". Open another",
                                    failed.cause()),
                            false);
            case ClientEvent.GaveUp(int attempts, ConnectionFailure last) ->
                    end(
                            new ClientClosedException(
                                    "the client gave up after "
                                            + attempts
                                            + " attempts to connect: "
                                            + last.sentence()
                                            + ". Close it and open another",
                                    null),
                            false);
            case ClientEvent.SubscriptionRefused(String filter, ReasonCode reason, boolean retrying)
                    when !retrying ->
                    refused(filter, reason);
            case ClientEvent.SubscriptionUnanswered(String filter, boolean retrying)
                    when !retrying ->
                    refused(filter, null);
            default -> {} // nothing ends by it
        }
    }

    private void refused(String filter, @Nullable ReasonCode reason) {
        Owner owner;
        lock.lock();
        try {
            owner = owners.get(filter);
        } finally {
            lock.unlock();
        }
        if (owner != null) {
            owner.refused(reason);
        }
    }

    private void end(ClientClosedException why, boolean byClose) {
        List<Owner> told;
        lock.lock();
        try {
            if (over == null) {
                over = why;
                closed = byClose;
            }
            told = List.copyOf(owners.values());
            owners.clear();
        } finally {
            lock.unlock();
        }
        Throwable failure = null;
        for (Owner owner : told) {
            try {
                tell(owner, why, byClose);
            } catch (RuntimeException | Error e) { // the others must know all the same
                failure = e;
            }
        }
        if (failure != null) {
            throw new IllegalStateException("an end could not be told to all", failure);
        }
    }

    private static void tell(Owner owner, ClientClosedException why, boolean byClose) {
        if (byClose) {
            owner.closed();
        } else {
            owner.failed(why);
        }
    }
}
