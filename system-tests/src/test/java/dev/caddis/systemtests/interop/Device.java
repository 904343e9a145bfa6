package dev.caddis.systemtests.interop;

import dev.caddis.mqtt.Delivery;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder;
import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.packet.Qos;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/// A client of ours, what it was told and what it received.
final class Device implements AutoCloseable {
    private final MqttClient client;
    private final Duration deadline;
    private final BlockingQueue<ClientEvent> events = new LinkedBlockingQueue<>();
    private final List<ClientEvent> told = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Delivery> received = new LinkedBlockingQueue<>();

    Device(MqttClientBuilder builder, UnaryOperator<MqttClientBuilder> how, Duration deadline) {
        this.deadline = deadline;
        builder.onEvent(event -> {
            told.add(event);
            events.add(event);
        });
        client = how.apply(builder).open();
    }

    MqttClient client() {
        return client;
    }

    /// The next event of that kind; those before it are passed over.
    <E extends ClientEvent> E next(Class<E> kind) throws InterruptedException {
        long until = System.nanoTime() + deadline.toNanos();
        while (true) {
            @Nullable ClientEvent event =
                    events.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (event == null) {
                throw new AssertionError(
                        "no " + kind.getSimpleName() + " within " + deadline + "; told: " + told);
            }
            if (kind.isInstance(event)) {
                return kind.cast(event);
            }
        }
    }

    ClientEvent.Connected connected() throws InterruptedException {
        return next(ClientEvent.Connected.class);
    }

    /// Everything it has been told.
    List<ClientEvent> told() {
        return told;
    }

    /// Subscribes, waits until that is granted, and keeps what arrives for [#take].
    Qos subscribe(String filter, Qos qos) {
        return client.subscribe(filter, qos, received::add).awaitGranted(deadline);
    }

    /// Hands over a message, for subscriptions made with the builder.
    void receive(Delivery delivery) {
        received.add(delivery);
    }

    Delivery take() throws InterruptedException {
        @Nullable Delivery delivery = received.poll(deadline.toNanos(), TimeUnit.NANOSECONDS);
        if (delivery == null) {
            throw new AssertionError("no message within " + deadline + "; told: " + told);
        }
        return delivery;
    }

    /// The texts of the next messages, up to and without `last`.
    List<String> textsUpTo(String last) throws InterruptedException {
        List<String> texts = new ArrayList<>();
        for (String text = take().text(); !text.equals(last); text = take().text()) {
            texts.add(text);
        }
        return texts;
    }

    /// Publishes and waits for the acknowledgement.
    void publish(Message message) {
        client.publish(message).awaitAcknowledged(deadline);
    }

    void publish(String topic, String text, Qos qos) {
        publish(Message.of(topic, text).qos(qos));
    }

    @Override
    public void close() {
        client.close();
    }

    void abandon() {
        client.close(Duration.ZERO);
    }
}
