package dev.caddis.mqtt;

import dev.caddis.mqtt.engine.FilterBook;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.SubscriptionOptions;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// What one subscriber has asked for, and what it is told: one signal after the other, whichever
/// threads bring them (Reactive Streams 1.3).
///
/// `onNext` runs on the handler's virtual thread, which waits until something is requested. The
/// last signal has a virtual thread of its own, once the signal in progress has returned: neither
/// `close` nor a listener nor a handler waits for it. No lock is held while the subscriber runs.
final class Demand implements Flow.Subscription, Owners.Owner {

    private static final System.Logger LOG = System.getLogger(Demand.class.getName());

    private static final Executor SIGNALS =
            signal -> Thread.ofVirtual().name("caddis-subscriber").start(signal);

    private final MqttClient client;
    private final String filter;
    private final SubscriptionOptions options;
    private final Flow.Subscriber<? super Delivery> subscriber;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    private long requested; // under the lock, as all that follow
    private boolean telling = true; // onSubscribe is the first
    private @Nullable Runnable last; // told when the signal in progress has returned
    private @Nullable Subscription subscription;
    private volatile boolean over; // written under the lock, as the next
    private volatile boolean closed; // over, since the client is closed

    Demand(
            MqttClient client,
            String filter,
            SubscriptionOptions options,
            Flow.Subscriber<? super Delivery> subscriber) {
        this.client = client;
        this.filter = filter;
        this.options = options;
        this.subscriber = subscriber;
    }

    void begin() {
        try {
            subscriber.onSubscribe(this);
        } catch (RuntimeException | Error e) { // it breaks the rules of Flow, and gets nothing
            cancel();
            throw e;
        } finally {
            told();
        }
        if (!over) {
            subscribe();
        }
    }

    private void subscribe() {
        Subscription made;
        try {
            made =
                    client.bind(
                            MqttClient.checked(filter, options),
                            options,
                            MqttClient.manual(this::next),
                            this);
        } catch (IllegalStateException taken) {
            fail(taken);
            return;
        }
        if (keep(made)) {
            made.whenAnswered(this::answered, SIGNALS);
        } else if (!closed) {
            made.unsubscribe();
        }
    }

    @Override
    public void request(long n) {
        if (n <= 0) { // the rules of Flow: told, and over
            fail(new IllegalArgumentException("requested " + n + " messages; ask for one or more"));
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
        end(null, false);
    }

    /// What was not seen is not acknowledged when the client is closed, so that a broker which
    /// keeps the session delivers it again.
    @Override
    public void closed() {
        end(subscriber::onComplete, true);
    }

    @Override
    public void failed(ClientClosedException why) {
        fail(
                new ClientClosedException(
                        "no more messages of " + filter + " come: " + why.getMessage(), why));
    }

    @Override
    public void unsubscribed() {
        end(subscriber::onComplete, false);
    }

    @Override
    public String what() {
        return "the subscriber of a publisher";
    }

    @Override
    public void refused(@Nullable ReasonCode reason) {
        if (wasGranted()) { // the first answer is told by itself
            failRefused(reason);
        }
    }

    private void failRefused(@Nullable ReasonCode reason) {
        fail(
                reason == null
                        ? new DeadlineException(
                                "the broker answered no SUBSCRIBE of "
                                        + filter
                                        + ", which is not asked for any more; ask the client for"
                                        + " its messages again")
                        : new BrokerRefusedException(
                                "the broker refused the filter " + filter + ": " + reason, reason));
    }

    private void answered(FilterBook.@Nullable Answer answer, @Nullable Throwable failure) {
        switch (answer) {
            case FilterBook.Answer.Granted granting -> {}
            case FilterBook.Answer.Refused(ReasonCode reason) -> failRefused(reason);
            case FilterBook.Answer.Unanswered silence -> failRefused(null);
            case FilterBook.Answer.Ended ended -> unsubscribed();
            case null ->
                    failed(new ClientClosedException("the client is over: " + failure, failure));
        }
    }

    private void fail(Throwable cause) {
        end(() -> subscriber.onError(cause), false);
    }

    /// @param signal the last one; `null`: none
    private void end(@Nullable Runnable signal, boolean closing) {
        Subscription leaving;
        boolean now;
        lock.lock();
        try {
            if (over) {
                return;
            }
            over = true;
            closed = closing;
            leaving = closing ? null : subscription;
            now = !telling;
            last = now ? null : signal;
            changed.signal();
        } finally {
            lock.unlock();
        }
        if (leaving != null) {
            leaving.unsubscribe();
        }
        if (now) {
            tellLast(signal);
        }
    }

    /// The signal in progress has returned.
    private void told() {
        Runnable next;
        lock.lock();
        try {
            telling = false;
            next = last;
            last = null;
        } finally {
            lock.unlock();
        }
        tellLast(next);
    }

    private void tellLast(@Nullable Runnable signal) {
        if (signal == null) {
            return;
        }
        SIGNALS.execute(() -> {
            try {
                signal.run();
            } catch (RuntimeException | Error e) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "the subscriber to the messages of " + filter + " failed at its end",
                        e);
            }
        });
    }

    private void next(Delivery delivery, Acknowledger acknowledger) throws InterruptedException {
        if (!awaitTurn()) {
            if (!closed) { // cancelled: nobody wants it, and others wait behind it
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
            told();
        }
    }

    /// @return whether the subscriber gets the message; `told` is to follow
    private boolean awaitTurn() throws InterruptedException {
        lock.lock();
        try {
            while (requested == 0 && !over) {
                changed.await();
            }
            if (over) {
                return false;
            }
            requested--;
            telling = true;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean wasGranted() {
        lock.lock();
        try {
            return subscription != null && subscription.wasGranted();
        } finally {
            lock.unlock();
        }
    }

    /// @return whether the subscription is still wanted
    private boolean keep(Subscription made) {
        lock.lock();
        try {
            subscription = made;
            return !over;
        } finally {
            lock.unlock();
        }
    }
}
