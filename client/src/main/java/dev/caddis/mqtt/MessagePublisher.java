package dev.caddis.mqtt;

import static java.util.Objects.requireNonNull;

import dev.caddis.mqtt.packet.SubscriptionOptions;

import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;

/// One filter as a `Flow.Publisher`, for one subscriber. What is not wanted yet is not acknowledged
/// either; [Demand] has the rest.
///
/// What has arrived and is not wanted when the subscriber cancels, or has failed, or its filter is
/// unsubscribed, is acknowledged unseen: other messages wait behind it. Closing the client
/// acknowledges nothing unseen.
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
                            "this publisher of the messages of "
                                    + filter
                                    + " has had its subscriber; once that one has ended, ask the"
                                    + " client for another publisher"));
            return;
        }
        new Demand(client, filter, options, subscriber).begin();
    }

    private static final class Refused implements Flow.Subscription {
        @Override
        public void request(long n) {}

        @Override
        public void cancel() {}
    }
}
