package dev.caddis.demo;

import dev.caddis.agent.AgentListener;
import dev.caddis.mqtt.Delivery;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.Receipt;
import dev.caddis.mqtt.event.ClientEvent;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/// Follows each reading out and back, and tells what happens in between. Called from threads of the
/// agent; the guided run waits on it.
final class Echoes implements AgentListener {

    /// Readings by their payload; when they are too many, the oldest are forgotten.
    private static final class Newest extends LinkedHashMap<String, Long> {
        private static final long serialVersionUID = 1L;
        private static final int READINGS_MAX = 10_000;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > READINGS_MAX;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Consumer<String> say;
    private final int cycles;
    private final Map<String, Long> underWay = new Newest();
    private final Map<String, Long> early = new Newest();
    private final RoundTrips roundTrips = new RoundTrips();
    private int published;
    private int connections;
    private int subscribed;
    private boolean abandoned;

    /// @param cycles how many readings count; 0: all
    Echoes(Consumer<String> say, int cycles) {
        this.say = say;
        this.cycles = cycles;
    }

    @Override
    public void onPublish(Message message, Receipt receipt) {
        lock.lock();
        try {
            if (cycles > 0 && published == cycles) {
                return;
            }
            published++;
            say.accept("   " + published + "  sent   " + message.topic() + " " + message.text());
            long now = System.nanoTime();
            Long cameBack = early.remove(message.text());
            if (cameBack == null) {
                underWay.put(message.text(), now);
            } else {
                echoed(0);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onMessage(Delivery delivery) {
        lock.lock();
        try {
            Long sent = underWay.remove(delivery.text());
            if (sent == null) {
                if (cycles == 0 || published < cycles) {
                    early.put(delivery.text(), System.nanoTime());
                }
                return;
            }
            echoed(System.nanoTime() - sent);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void echoed(long nanos) {
        roundTrips.add(nanos);
        say.accept("      echoed after " + millis(nanos));
    }

    static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
    }

    @Override
    public void onEvent(ClientEvent event) {
        String line =
                switch (event) {
                    case ClientEvent.Connected now ->
                            "connected, MQTT "
                                    + now.version()
                                    + ", "
                                    + now.link()
                                    + (now.sessionPresent() ? ", session resumed" : "");
                    case ClientEvent.Subscribed now ->
                            "subscribed to " + now.filter() + " at QoS " + now.granted().level();
                    case ClientEvent.Disconnected now -> "disconnected: " + now.reason().sentence();
                    case ClientEvent.ConnectFailed failed -> failed.reason().sentence();
                    case ClientEvent.RetryingIn retry ->
                            "trying again in " + retry.delay().toMillis() + " ms";
                    case ClientEvent.Dropped dropped ->
                            dropped.count() + " message(s) dropped: " + dropped.cause();
                    default -> event.toString();
                };
        lock.lock();
        try {
            if (event instanceof ClientEvent.Connected) {
                connections++;
            } else if (event instanceof ClientEvent.Subscribed) {
                subscribed++;
            }
            say.accept("      " + line);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    int published() {
        return locked(() -> published);
    }

    int echoed() {
        return locked(roundTrips::count);
    }

    int connections() {
        return locked(() -> connections);
    }

    private int locked(IntSupplier what) {
        lock.lock();
        try {
            return what.getAsInt();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until it is abandoned.
    void awaitAbandoned() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!abandoned) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Waits until so many readings are echoed.
    boolean awaitEchoed(int count, Duration timeout) throws InterruptedException {
        return await(() -> roundTrips.count() >= count, timeout);
    }

    /// Waits until so many readings were handed over.
    boolean awaitPublished(int count, Duration timeout) throws InterruptedException {
        return await(() -> published >= count, timeout);
    }

    /// Waits until so many connections were accepted and a filter is served.
    boolean awaitConnected(int count, Duration timeout) throws InterruptedException {
        return await(() -> connections >= count && subscribed > 0, timeout);
    }

    /// Nobody waits any more: waiting ends at once, now and later, with whatever is true then.
    void abandon() {
        lock.lock();
        try {
            abandoned = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean await(BooleanSupplier condition, Duration timeout) throws InterruptedException {
        long left = timeout.toNanos();
        lock.lockInterruptibly();
        try {
            while (!condition.getAsBoolean() && left > 0 && !abandoned) {
                left = changed.awaitNanos(left);
            }
            return condition.getAsBoolean();
        } finally {
            lock.unlock();
        }
    }

    /// Median and longest round trip, for a person.
    String roundTrips() {
        lock.lock();
        try {
            return roundTrips.toString();
        } finally {
            lock.unlock();
        }
    }
}
