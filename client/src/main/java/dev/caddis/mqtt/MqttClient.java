package dev.caddis.mqtt;

import dev.caddis.mqtt.codec.PacketWriter;
import dev.caddis.mqtt.engine.Engine;
import dev.caddis.mqtt.engine.EngineStatus;
import dev.caddis.mqtt.engine.FilterBook;
import dev.caddis.mqtt.engine.Outcomes;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.SubscriptionOptions;
import dev.caddis.mqtt.packet.TopicFilter;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/// An MQTT client: one session, kept over any number of connections. All methods may be called from
/// any thread, handlers and listeners included.
///
/// It connects by itself, again and again with growing, jittered pauses, until it is closed. What
/// it accepts it delivers within the bounds it was built with; what a bound makes it drop it
/// counts, tells, and fails the receipt of.
public final class MqttClient implements AutoCloseable {

    private static final Duration DEFAULT_CLOSE = Duration.ofSeconds(10);

    private static final int KEY_MAX = 255;

    /// Bytes of payload that fit with any topic, as long as there are no properties.
    private static final int PLAIN_PAYLOAD_MAX = 268_000_000;

    private final Engine engine;
    private final Duration publishTimeout;
    private final boolean dropsNewest;
    private final boolean authenticates;
    private final Owners owners;

    /// @param owners is told the events of `engine`
    MqttClient(
            Engine engine,
            Owners owners,
            Duration publishTimeout,
            boolean dropsNewest,
            boolean authenticates) {
        this.authenticates = authenticates;
        this.engine = engine;
        this.owners = owners;
        this.publishTimeout = Waiting.bounded(publishTimeout);
        this.dropsNewest = dropsNewest;
    }

    Engine engine() {
        return engine;
    }

    public static MqttClientBuilder builder() {
        return new MqttClientBuilder();
    }

    /// Hands in `message` and returns at once, or as soon as there is room; [Receipt#accepted]
    /// completes later. Thousands may be under way from one thread; messages of one thread keep
    /// their order.
    ///
    /// QoS 0 is not kept, unless [MqttClientBuilder#keepQos0] says so: without a connection such a
    /// message is dropped, and its receipt says so.
    ///
    /// @return a receipt, see [Receipt#acknowledged] for its outcomes
    /// @throws IllegalArgumentException when no packet can carry the message: a property of more
    ///   than 65,535 bytes, or more than 268,435,455 bytes in all
    /// @throws OutboxFullException after `publishTimeout` without room (policy BLOCK), or at once
    ///   (REJECT); with a session folder also where its disk does not keep up and 16 MiB wait for
    ///   it: after `publishTimeout` with DROP_OLDEST too
    /// @throws ClientClosedException when the client is closed
    /// @throws ClientInterruptedException when interrupted while waiting for room; the message was
    ///   not accepted
    public Receipt submit(Message message) {
        return submit(message.publish(), null);
    }

    /// As [#submit(Message)], of a message that may have been handed in before: a program that died
    /// before it knew whether it was accepted hands it in again with the same key, and it is one
    /// message. The keys of the last 10,000 messages that had one are remembered, as long as the
    /// session is; that of a refused or dropped message is free again.
    ///
    /// @param idempotencyKey 1 to 255 bytes of UTF-8; it does not travel with the message
    /// @return a receipt; where the message is a repeated one, with the outcome of the first
    /// @throws IllegalArgumentException as there, and when the key is empty or longer
    public Receipt submit(Message message, String idempotencyKey) {
        int length = idempotencyKey.getBytes(StandardCharsets.UTF_8).length;
        if (length < 1 || length > KEY_MAX) {
            throw new IllegalArgumentException(
                    "the idempotency key has " + length + " bytes; it must have 1 to " + KEY_MAX);
        }
        return submit(message.publish(), idempotencyKey);
    }

    private Receipt submit(Publish message, @Nullable String key) {
        requireEncodable(message);
        long sequence;
        try {
            sequence = engine.submit(message, key, publishTimeout);
        } catch (InterruptedException e) {
            throw new ClientInterruptedException("waiting for room in the outbox", e);
        }
        if (sequence == Engine.CLOSED) {
            throw new ClientClosedException("the client is closed; open another to publish", null);
        }
        if (sequence == Engine.FULL) {
            if (dropsNewest) {
                return new Receipt(engine, 0);
            }
            throw new OutboxFullException(
                    "the outbox is full: "
                            + engine.status().outboxMessages()
                            + " messages wait for the broker. Publish less, or give the outbox more"
                            + " room");
        }
        return new Receipt(engine, sequence);
    }

    /// The receipt of a message that this client, or an earlier one with the same session folder,
    /// accepted: for a program that remembers the sequence.
    ///
    /// @param sequence as [Receipt#sequence] gave it
    /// @return a receipt that counts as accepted; where the message has its outcome from an earlier
    ///   process, it fails with [OutcomeForgottenException]: the broker had it, or refused it, or
    ///   it was dropped and told
    /// @throws IllegalArgumentException when no sequence is so low, or none so high was given yet
    public Receipt receipt(long sequence) {
        if (sequence < 1 || sequence > engine.lastSequence()) {
            throw new IllegalArgumentException(
                    "sequence is "
                            + sequence
                            + "; those that were given are 1 to "
                            + engine.lastSequence());
        }
        return new Receipt(engine, sequence);
    }

    /// Says at the door what would otherwise end the session's own thread (F41).
    private static void requireEncodable(Publish publish) {
        if (publish.payload().length() > PLAIN_PAYLOAD_MAX
                || !publish.properties().equals(Publish.Properties.NONE)) {
            new PacketWriter(ProtocolVersion.V5)
                    .sizeOf(
                            publish.qos() == Qos.AT_MOST_ONCE
                                    ? publish
                                    : publish.withDelivery(1, false));
        }
    }

    /// Takes responsibility for `message` and returns once it is accepted; the broker may get it
    /// much later.
    ///
    /// A QoS 1 or 2 message accepted here is delivered after any number of reconnects, and with a
    /// session folder of restarts, in order of acceptance (MQTT 5.0 sections 4.4, 4.6).
    ///
    /// @return a receipt, see [Receipt#acknowledged] for its outcomes
    /// @throws OutboxFullException as [#submit]
    /// @throws DeadlineException when it was handed in and is not accepted within `publishTimeout`
    /// @throws ClientClosedException when the client is closed
    /// @throws ClientInterruptedException when interrupted
    public Receipt publish(Message message) {
        return submit(message).awaitAccepted(publishTimeout);
    }

    /// As [#publish(Message)], of a message that may have been handed in before, as
    /// [#submit(Message, String)].
    ///
    /// @throws IllegalArgumentException as there
    public Receipt publish(Message message, String idempotencyKey) {
        return submit(message, idempotencyKey).awaitAccepted(publishTimeout);
    }

    /// Wants every message whose topic matches `filter`, from now on, at `qos` at most. The filter
    /// is asked for as soon as there is a connection, and again wherever a broker does not know it.
    /// A second call for the same filter replaces handler and options.
    ///
    /// @throws IllegalArgumentException when `filter` is no topic filter
    /// @throws IllegalStateException when a publisher ([#messages]) or a requester has that filter
    public Subscription subscribe(String filter, Qos qos, MessageHandler handler) {
        return subscribe(filter, SubscriptionOptions.of(qos), handler);
    }

    /// As [#subscribe(String, Qos, MessageHandler)], with all options of MQTT 5. 3.1.1 knows the
    /// quality of service only.
    ///
    /// @throws IllegalArgumentException when `filter` is no topic filter, or No Local is asked of a
    ///   shared subscription `[MQTT-3.8.3-4]`
    /// @throws IllegalStateException as there
    public Subscription subscribe(
            String filter, SubscriptionOptions options, MessageHandler handler) {
        return bind(checked(filter, options), options, automatic(handler), Owners.HANDLER);
    }

    /// As [#subscribe(String, SubscriptionOptions, MessageHandler)]; the handler acknowledges each
    /// message itself.
    ///
    /// @throws IllegalArgumentException as there, as [IllegalStateException]
    public Subscription subscribeManually(
            String filter, SubscriptionOptions options, ManualHandler handler) {
        return bind(checked(filter, options), options, manual(handler), Owners.HANDLER);
    }

    /// @throws IllegalStateException when another has the filter
    Subscription bind(
            TopicFilter filter,
            SubscriptionOptions options,
            dev.caddis.mqtt.engine.ManualHandler handler,
            Owners.Owner owner) {
        CompletableFuture<FilterBook.Answer> answer =
                owners.take(
                        filter.value(), owner, () -> engine.subscribe(filter, options, handler));
        return new Subscription(engine, owners, owner, filter.value(), answer);
    }

    static dev.caddis.mqtt.engine.ManualHandler automatic(MessageHandler handler) {
        return dev.caddis.mqtt.engine.ManualHandler.of(
                publish -> handler.handle(Delivery.of(publish)));
    }

    static dev.caddis.mqtt.engine.ManualHandler manual(ManualHandler handler) {
        return (publish, pending) ->
                handler.handle(Delivery.of(publish), new Acknowledger(pending));
    }

    /// The messages of `filter` as a publisher, for one subscriber, which subscribes to it once.
    /// The filter is asked for when that happens and ends when its subscription is cancelled. A
    /// filter has one subscriber at a time, or a handler, or a requester: cancel before you ask the
    /// client for the same filter again.
    ///
    /// A message is acknowledged when `onNext` returns; as long as nothing is requested the
    /// messages wait, at the broker once its Receive Maximum is unanswered.
    ///
    /// Signals come one after the other, on virtual threads. The last one, which nothing waits for,
    /// is
    ///
    /// - `onComplete` when the client is closed, or is closed already; what was not seen is not
    ///   acknowledged
    /// - `onComplete` when the filter is unsubscribed ([#unsubscribe])
    /// - `onError` with [BrokerRefusedException] when the broker refused the filter to the last
    ///   retry of a connection
    /// - `onError` with [DeadlineException] when the broker left every retry unanswered
    /// - `onError` with [ClientClosedException] when the client failed, or gave up connecting
    /// - `onError` with what `onNext` threw
    /// - `onError` with [IllegalArgumentException] after a request for less than one message
    /// - `onError` with [IllegalStateException] for a second subscriber, and where a handler, a
    ///   requester or another publisher's subscriber has the filter, which keeps it
    ///
    /// After `onError` the filter is unwanted, as after `cancel`. Messages that have arrived by
    /// then and were not requested are acknowledged unseen.
    ///
    /// @throws IllegalArgumentException as [#subscribe(String, SubscriptionOptions,
    ///   MessageHandler)]
    public Flow.Publisher<Delivery> messages(String filter, SubscriptionOptions options) {
        checked(filter, options);
        return new MessagePublisher(this, filter, options);
    }

    /// A requester that takes its responses at `responseTopic`, which no other client should use.
    ///
    /// @throws IllegalArgumentException when `responseTopic` is no topic name
    /// @throws IllegalStateException when this client has a requester there that is not closed, a
    ///   handler, or the subscriber of a publisher
    public Requester requester(String responseTopic) {
        return new Requester(this, responseTopic);
    }

    /// Authenticates anew on the present connection (MQTT 5.0 section 4.12.1): told as
    /// [dev.caddis.mqtt.event.ClientEvent.Reauthenticated], or by the end of the connection.
    /// Without a connection nothing happens: the next one authenticates anyway.
    ///
    /// @throws IllegalStateException when the client has no authenticator
    public void reauthenticate() {
        if (!authenticates) {
            throw new IllegalStateException(
                    "this client has no authenticator; give the builder one");
        }
        engine.reauthenticate();
    }

    Owners owners() {
        return owners;
    }

    static TopicFilter checked(String filter, SubscriptionOptions options) {
        TopicFilter checked = new TopicFilter(filter);
        if (checked.isShared() && options.noLocal()) { // [MQTT-3.8.3-4]
            throw new IllegalArgumentException(
                    "filter " + filter + " is shared; No Local is not allowed with it");
        }
        return checked;
    }

    /// Ends the subscription to `filter`, however it was made, and waits for the broker's
    /// confirmation. The subscriber of a publisher gets `onComplete`, a requester is closed.
    ///
    /// @throws IllegalArgumentException when `filter` is no topic filter, or `timeout` is negative
    /// @throws BrokerRefusedException as [Subscription#unsubscribe(Duration)]
    /// @throws DeadlineException after `timeout`, or when the broker left every retry unanswered;
    ///   the filter is unwanted all the same
    /// @throws ClientClosedException when the client ended before
    /// @throws ClientInterruptedException when interrupted
    public void unsubscribe(String filter, Duration timeout) {
        var checked = new TopicFilter(filter);
        Duration within = Waiting.bounded(timeout);
        Subscription.awaitEnd(
                engine,
                filter,
                owners.end(checked.value(), () -> engine.unsubscribed(checked.value())),
                within);
    }

    /// Waits until every message handed in so far has its outcome, and every one that an earlier
    /// client with the same session folder left.
    ///
    /// @return whether that was so within `timeout`
    /// @throws IllegalArgumentException when `timeout` is negative
    /// @throws ClientInterruptedException when interrupted
    public boolean awaitAcknowledged(Duration timeout) {
        try {
            return engine.awaitFinished(Waiting.bounded(timeout));
        } catch (InterruptedException e) {
            throw new ClientInterruptedException("waiting for acknowledgements", e);
        }
    }

    /// Gives up every message that waits in the outbox, as `caddis outbox purge` does: their
    /// receipts fail with [dev.caddis.mqtt.event.DropCause#PURGED]. What is on its way to the
    /// broker goes on.
    ///
    /// @return how many messages, once that is durable
    /// @throws IllegalArgumentException when `timeout` is negative
    /// @throws DeadlineException after `timeout`; it goes on all the same
    /// @throws ClientClosedException when the client ended before
    /// @throws ClientInterruptedException when interrupted
    public long purgeOutbox(Duration timeout) {
        Duration within = Waiting.bounded(timeout);
        return Waiting.on(engine, engine.purge(), within, "the outbox to be purged");
    }

    /// How the client stands.
    public ClientStatus status() {
        EngineStatus now = engine.status();
        return new ClientStatus(
                now.online(),
                now.outboxMessages(),
                now.openExchanges(),
                engine.unmatched(),
                engine.waitingForHandlers());
    }

    /// What became of messages so far, also once the client is closed.
    public MessageCounts counts() {
        Outcomes outcomes = engine.outcomes();
        return new MessageCounts(
                outcomes.acknowledged(),
                outcomes.possiblyRepeated(),
                outcomes.refused(),
                outcomes.dropped());
    }

    /// What was written and read so far, also once the client is closed.
    public TrafficCounts traffic() {
        return new TrafficCounts(engine.sentBytes(), engine.receivedBytes(), engine.storedBytes());
    }

    /// As [#close(Duration)] with 10 seconds.
    @Override
    public void close() {
        close(DEFAULT_CLOSE);
    }

    /// Accepts nothing more, waits for the outcome of what was accepted, publishes the "offline"
    /// message, and disconnects within `timeout`; the connection then has up to `closeTimeout` (2
    /// s) to end and handlers one second. What is unfinished fails its receipt with
    /// [ClientClosedException]; with a session folder it is kept, and the next client that opens
    /// the folder goes on with it. So it is with a message that a handler has not ended when the
    /// session is over: the next client gets it again, at QoS 2 too.
    ///
    /// A disk that does not answer holds this up for twice `closeTimeout` at most: the connection
    /// ends without DISCONNECT, and the folder stays locked until the disk has answered.
    ///
    /// Called from a handler or a listener it returns once the session has ended, without waiting
    /// for that handler.
    ///
    /// @param timeout a negative one counts as zero
    /// @return whether everything accepted had its outcome
    /// @throws ClientInterruptedException when interrupted; the client closes all the same
    public boolean close(Duration timeout) {
        Duration within = Waiting.bounded(timeout.isNegative() ? Duration.ZERO : timeout);
        owners.closed();
        try {
            return engine.close(within);
        } catch (InterruptedException e) {
            throw new ClientInterruptedException("closing", e);
        }
    }
}
