package dev.caddis.mqtt;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.SubscriptionOptions;
import dev.caddis.mqtt.packet.TopicFilter;
import dev.caddis.mqtt.packet.TopicName;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// Sends requests and brings each its response, by response topic and correlation data (MQTT 5.0
/// section 4.10). Any thread may use it; many requests may be under way.
///
/// It subscribes to its response topic when it is made, and unsubscribes when it is closed; the
/// client goes on. A client has one requester for a response topic at a time. A response that comes
/// too late, or that nobody asked for, is dropped.
///
/// Each request completes on a virtual thread of its own, never on a thread of the client or of the
/// JDK's timers: what hangs on it may block, and may ask again.
public final class Requester implements AutoCloseable {

    private static final Executor STAGES =
            task -> Thread.ofVirtual().name("caddis-response").start(task);

    private final MqttClient client;
    private final String responseTopic;
    private final Subscription subscription;
    private final long run = new SecureRandom().nextLong(); // responses to an earlier run are none
    private final AtomicLong number = new AtomicLong();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable ClientClosedException clientOver;
    private final Map<Bytes, CompletableFuture<Message>> waiting = new ConcurrentHashMap<>();

    Requester(MqttClient client, String responseTopic) {
        var options = SubscriptionOptions.of(Qos.AT_LEAST_ONCE);
        TopicName.requireValid("response topic", responseTopic);
        TopicFilter filter = MqttClient.checked(responseTopic, options);
        this.client = client;
        this.responseTopic = responseTopic;
        subscription =
                client.bind(filter, options, MqttClient.automatic(this::onResponse), new Owning());
    }

    private final class Owning implements Owners.Owner {
        @Override
        public String what() {
            return "a requester";
        }

        @Override
        public void closed() {
            failed(new ClientClosedException("the client was closed before a response came", null));
        }

        @Override
        public void failed(ClientClosedException why) {
            clientOver = why;
            fail(why);
        }

        @Override
        public void unsubscribed() {
            end("the response topic " + responseTopic + " was unsubscribed");
        }

        @Override
        public void refused(@Nullable ReasonCode reason) {} // asked for on the next connection
    }

    /// Waits until responses can come: until the broker granted the response topic.
    ///
    /// @throws BrokerRefusedException as [Subscription#awaitGranted], as the other three
    /// @throws DeadlineException after `timeout`
    /// @throws ClientClosedException when the client ended before
    /// @throws ClientInterruptedException when interrupted
    public void awaitReady(Duration timeout) {
        subscription.awaitGranted(timeout);
    }

    /// Hands in `request` as [MqttClient#submit] does.
    ///
    /// @return completes with the response; or fails with [DeadlineException] after `timeout`, with
    ///   [ClientClosedException] when this requester or the client is closed, the client gave up
    ///   connecting, or its response topic unsubscribed; or as the request's [Receipt#acknowledged]
    ///   fails
    /// @throws IllegalArgumentException when `timeout` is negative, or as [MqttClient#submit], as
    ///   the other three
    /// @throws OutboxFullException when there is no room
    /// @throws ClientClosedException when the client is closed
    /// @throws ClientInterruptedException when interrupted while waiting for room
    /// @throws IllegalStateException when this requester is closed
    public CompletableFuture<Message> request(Message request, Duration timeout) {
        Duration within = Waiting.bounded(timeout);
        requireOpen();
        Bytes correlation =
                Bytes.wrap(
                        ByteBuffer.allocate(16)
                                .putLong(run)
                                .putLong(number.incrementAndGet())
                                .array());
        Message asking = request.responseTopic(responseTopic).correlationData(correlation);
        var response = new CompletableFuture<Message>();
        waiting.put(correlation, response);
        Receipt receipt;
        try {
            requireOpen(); // again: a close before `put` has not seen this one
            receipt = client.submit(asking);
        } catch (RuntimeException e) {
            waiting.remove(correlation);
            throw e;
        }
        var timer = new CompletableFuture<Void>();
        var unused =
                response.whenComplete((message, failure) -> {
                    waiting.remove(correlation);
                    timer.complete(null);
                });
        var unusedTimer =
                timer.orTimeout(within.toNanos(), TimeUnit.NANOSECONDS)
                        .exceptionally(late -> {
                            fail(response, noResponse(request.topic(), within));
                            return null;
                        });
        receipt.acknowledged()
                .whenComplete((acknowledgement, failure) -> {
                    if (failure != null) {
                        fail(response, Waiting.translated(failure));
                    }
                });
        return response;
    }

    private DeadlineException noResponse(String topic, Duration within) {
        return new DeadlineException(
                "no response to "
                        + topic
                        + " came at "
                        + responseTopic
                        + " within "
                        + within.toMillis()
                        + " ms; does somebody answer there?");
    }

    private static void fail(CompletableFuture<Message> response, Throwable why) {
        STAGES.execute(() -> response.completeExceptionally(why));
    }

    private void requireOpen() {
        ClientClosedException over = clientOver;
        if (over != null) {
            throw new ClientClosedException(String.valueOf(over.getMessage()), over);
        }
        if (closed.get()) {
            throw new IllegalStateException(
                    "the requester of " + responseTopic + " is closed; make another");
        }
    }

    private void onResponse(Delivery delivery) {
        delivery.message()
                .correlationData()
                .map(waiting::remove)
                .ifPresent(response -> STAGES.execute(() -> response.complete(delivery.message())));
    }

    /// Ends the subscription; requests under way fail. A second call does nothing.
    @Override
    public void close() {
        subscription.unsubscribe();
        end("the requester of " + responseTopic + " was closed");
    }

    private void end(String why) {
        if (closed.compareAndSet(false, true)) {
            fail(new ClientClosedException(why, null));
        }
    }

    private void fail(ClientClosedException why) {
        waiting.values().forEach(response -> fail(response, why));
    }
}
