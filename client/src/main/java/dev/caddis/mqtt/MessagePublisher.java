package dev.caddis.mqtt;

import static java.util.Objects.requireNonNull;

import dev.caddis.mqtt.packet.SubscriptionOptions;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// One filter as a `Flow.Publisher`. The handler's virtual thread waits until something is
/// requested, so what is not wanted yet is not acknowledged either.
final class MessagePublisher implements Flow.Publisher<Delivery> {

    private final MqttClient client;
    private final String filter;
    private final SubscriptionOptions options;
    private final AtomicBoolean taken = new AtomicBoolean();

    MessagePublisher(MqttClient client, String filter, SubscriptionOptions options) {
        this.client = client;
        this.filter = filter;
        this.options = options;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super Delivery> subscriber) {
        requireNonNull(subscriber, "subscriber");
        if (!taken.compareAndSet(false, true)) {
            subscriber.onSubscribe(new Refused());
            subscriber.onError(
                    new IllegalStateException(
                            "the messages of "
                                    + filter
                                    + " have a subscriber; ask the client for another publisher"));
            return;
        }
        var demand = new Demand(subscriber);
        subscriber.onSubscribe(demand);
        demand.begin();
    }

    private static final class Refused implements Flow.Subscription {
        @Override
        public void request(long n) {}

        @Override
        public void cancel() {}
    }

    private final class Demand implements Flow.Subscription {
        private final Flow.Subscriber<? super Delivery> subscriber;
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition changed = lock.newCondition();
        private long requested;
        private boolean cancelled;
        private volatile boolean completed;
        private volatile @Nullable Subscription subscription;

        Demand(Flow.Subscriber<? super Delivery> subscriber) {
            this.subscriber = subscriber;
        }

        void begin() {
            lock.lock();
            try {
                if (!cancelled) {
                    subscription = client.subscribeManually(filter, options, this::next);
                    client.atClose(this::complete);
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void request(long n) {
            if (n <= 0) { // the rules of Flow: told, and over
                fail(
                        new IllegalArgumentException(
                                "requested " + n + " messages; ask for one or more"));
                return;
            }
            lock.lock();
            try {
                requested = requested + n < 0 ? Long.MAX_VALUE : requested + n;
                changed.signal();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void cancel() {
            stop();
        }

        private boolean stop() {
            if (!end()) {
                return false;
            }
            Subscription ending = subscription;
            if (ending != null) {
                ending.unsubscribe();
            }
            return true;
        }

        /// @return whether it went on until now
        private boolean end() {
            lock.lock();
            try {
                boolean first = !cancelled;
                cancelled = true;
                changed.signal();
                return first;
            } finally {
                lock.unlock();
            }
        }

        /// The client closes: what was not seen is not acknowledged, so that a broker which keeps
        /// the session delivers it again.
        private void complete() {
            completed = true;
            if (end()) {
                subscriber.onComplete();
            }
        }

        private void fail(Throwable cause) {
            if (stop()) {
                subscriber.onError(cause);
            }
        }

        private void next(Delivery delivery, Acknowledger acknowledger)
                throws InterruptedException {
            if (!awaitDemand()) {
                if (!completed) { // cancelled: nobody wants it, and others wait behind it
                    acknowledger.acknowledge();
                }
                return;
            }
            try {
                subscriber.onNext(delivery);
            } catch (RuntimeException | Error e) {
                fail(e);
                throw e;
            } finally {
                acknowledger.acknowledge();
            }
        }

        private boolean awaitDemand() throws InterruptedException {
            lock.lock();
            try {
                while (requested == 0 && !cancelled) {
                    changed.await();
                }
                if (cancelled) {
                    return false;
                }
                requested--;
                return true;
            } finally {
                lock.unlock();
            }
        }
    }
}
