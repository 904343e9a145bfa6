package dev.caddis.mqtt;

import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.packet.ReasonCode;

import org.jspecify.annotations.Nullable;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// Tells those who wait for messages that none will come: the client was closed, or failed, or a
/// filter was refused, or not answered, to the last retry. Any thread may call it.
///
/// It is the first listener of its client, so what it tells must return at once.
final class Endings implements Consumer<ClientEvent> {

    /// Who is told. It returns at once; no lock is held while it runs.
    interface Watcher {
        /// Told once, and nothing after it.
        ///
        /// @param failure `null`: the client was closed
        void over(@Nullable Throwable failure);

        /// The broker refused `filter` to the last retry of a connection.
        ///
        /// @param reason `null`: it gave no answer
        void refused(String filter, @Nullable ReasonCode reason);
    }

    private record Over(@Nullable Throwable failure) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Watcher> watchers = new HashSet<>(); // under the lock, as the next
    private @Nullable Over over;

    /// Tells `watcher` at once where the client is over.
    void add(Watcher watcher) {
        Over before;
        lock.lock();
        try {
            before = over;
            if (before == null) {
                watchers.add(watcher);
            }
        } finally {
            lock.unlock();
        }
        if (before != null) {
            watcher.over(before.failure());
        }
    }

    void remove(Watcher watcher) {
        lock.lock();
        try {
            watchers.remove(watcher);
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return watchers.size();
        } finally {
            lock.unlock();
        }
    }

    /// The client is being closed.
    void closed() {
        end(new Over(null));
    }

    @Override
    public void accept(ClientEvent event) {
        switch (event) {
            case ClientEvent.Failed(Throwable cause) -> end(new Over(cause));
            case ClientEvent.SubscriptionRefused(String filter, ReasonCode reason, boolean retrying)
                    when !retrying ->
                    present().forEach(watcher -> watcher.refused(filter, reason));
            case ClientEvent.SubscriptionUnanswered(String filter, boolean retrying)
                    when !retrying ->
                    present().forEach(watcher -> watcher.refused(filter, null));
            default -> {} // nothing ends by it
        }
    }

    private List<Watcher> present() {
        lock.lock();
        try {
            return List.copyOf(watchers);
        } finally {
            lock.unlock();
        }
    }

    private void end(Over how) {
        List<Watcher> told;
        lock.lock();
        try {
            if (over == null) {
                over = how;
            }
            told = List.copyOf(watchers);
            watchers.clear();
        } finally {
            lock.unlock();
        }
        told.forEach(watcher -> watcher.over(how.failure()));
    }
}
