package dev.caddis.testkit;

import static dev.caddis.mqtt.packet.Qos.AT_LEAST_ONCE;
import static dev.caddis.mqtt.packet.Qos.AT_MOST_ONCE;
import static dev.caddis.mqtt.packet.Qos.EXACTLY_ONCE;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caddis.mqtt.BrokerRefusedException;
import dev.caddis.mqtt.MessageHandler;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder;
import dev.caddis.mqtt.Subscription;
import dev.caddis.mqtt.event.ClientEvent.Subscribed;
import dev.caddis.mqtt.event.ClientEvent.SubscriptionRefused;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.Subscribe;
import dev.caddis.mqtt.packet.SubscriptionOptions;
import dev.caddis.mqtt.packet.SubscriptionOptions.RetainHandling;
import dev.caddis.mqtt.packet.Unsubscribe;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// Filters: asked for, refused, asked for again, given up, ended.
class SubscribeTest extends BrokerTest {

    private static final MessageHandler NOTHING = delivery -> {};

    private MqttClientBuilder patient() {
        return builder().subscribeRetry(Duration.ofMillis(1), Duration.ofMillis(4), 3);
    }

    private static CompletableFuture<Void> unsubscribing(Subscription subscription) {
        return CompletableFuture.runAsync(
                () -> subscription.unsubscribe(SOON), task -> Thread.ofVirtual().start(task));
    }

    @Test
    void subscribe_and_unsubscribe_have_exactly_these_bytes() {
        MqttClient client = open(builder());
        BrokerConnection c = acceptNew();
        Subscription subscription =
                client.subscribe(
                        "a/#",
                        new SubscriptionOptions(
                                EXACTLY_ONCE, true, true, RetainHandling.DO_NOT_SEND),
                        NOTHING);
        c.expectBytes("82 09 0001 00 0003 612F23 2E");
        c.sendBytes("90 04 0001 00 01");
        assertThat(subscription.awaitGranted(SOON)).isEqualTo(AT_LEAST_ONCE);
        assertThat(events.next(Subscribed.class)).isEqualTo(new Subscribed("a/#", AT_LEAST_ONCE));
        CompletableFuture<Void> ended = unsubscribing(subscription);
        c.expectBytes("A2 08 0002 00 0003 612F23");
        c.sendBytes("B0 04 0002 00 00");
        assertThat(ended).succeedsWithin(SOON);
    }

    @Test
    void No_Local_is_never_asked_of_a_shared_subscription() { // [MQTT-3.8.3-4]
        var noLocal = new SubscriptionOptions(AT_LEAST_ONCE, true, false, RetainHandling.SEND);
        assertThatThrownBy(() -> builder().subscribe("$share/g/a", noLocal, NOTHING))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("$share/g/a")
                .hasMessageContaining("No Local");
        MqttClient client = open(builder());
        assertThatThrownBy(() -> client.subscribe("$share/g/a", noLocal, NOTHING))
                .isInstanceOf(IllegalArgumentException.class);
        acceptNew();
    }

    @Test
    void a_refused_filter_is_retried_then_given_up_and_the_connection_kept() {
        open(
                patient()
                        .subscribe("good", AT_LEAST_ONCE, NOTHING)
                        .subscribe("bad", AT_LEAST_ONCE, NOTHING));
        BrokerConnection c = acceptNew();
        Subscribe both = c.expect(Subscribe.class);
        c.send(Packets.suback(both, ReasonCode.GRANTED_QOS_1, ReasonCode.NOT_AUTHORIZED));
        assertThat(events.next(Subscribed.class).filter()).isEqualTo("good");
        assertThat(events.next(SubscriptionRefused.class))
                .isEqualTo(new SubscriptionRefused("bad", ReasonCode.NOT_AUTHORIZED, true));
        for (int attempt = 2; attempt <= 3; attempt++) {
            Subscribe again = c.expect(Subscribe.class);
            assertThat(again.requests()).singleElement().matches(r -> r.filter().equals("bad"));
            c.send(Packets.suback(again, ReasonCode.NOT_AUTHORIZED));
            assertThat(events.next(SubscriptionRefused.class))
                    .isEqualTo(
                            new SubscriptionRefused("bad", ReasonCode.NOT_AUTHORIZED, attempt < 3));
        }
        c.expectNothingFor(Duration.ofMillis(30));
        c.close();
        BrokerConnection next = acceptResumed(); // on the next connection it is asked for again
        assertThat(next.expect(Subscribe.class).requests())
                .singleElement()
                .matches(request -> request.filter().equals("bad"));
    }

    @Test
    void the_caller_of_subscribe_is_told_the_last_refusal() {
        MqttClient client = open(patient());
        BrokerConnection c = acceptNew();
        Subscription refused = client.subscribe("bad", AT_LEAST_ONCE, NOTHING);
        for (int attempt = 1; attempt <= 3; attempt++) {
            c.send(Packets.suback(c.expect(Subscribe.class), ReasonCode.QUOTA_EXCEEDED));
        }
        assertThatThrownBy(() -> refused.awaitGranted(SOON))
                .isInstanceOf(BrokerRefusedException.class)
                .hasMessageContainingAll("bad", "quota exceeded (0x97)");
    }

    @Test
    void the_refusal_of_3_1_1_is_retried_too() {
        open(patient().version(ProtocolVersion.V3_1_1).subscribe("bad", AT_LEAST_ONCE, NOTHING));
        BrokerConnection c = acceptNew311();
        Subscribe first = c.expect(Subscribe.class);
        c.sendBytes("90 03 %04X 80".formatted(first.packetId()));
        c.send(Packets.suback(c.expect(Subscribe.class)));
        events.next(Subscribed.class);
    }

    @Test
    void a_missing_SUBACK_is_asked_for_again_and_the_connection_kept() { // F19
        MqttClient client = open(patient().subackTimeout(Duration.ofSeconds(1)));
        BrokerConnection c = acceptNew();
        Subscription subscription = client.subscribe("a", AT_MOST_ONCE, NOTHING);
        c.expect(Subscribe.class);
        Subscribe again = c.expect(Subscribe.class);
        c.send(Packets.suback(again));
        assertThat(subscription.awaitGranted(SOON)).isEqualTo(AT_MOST_ONCE);
    }

    @Test
    void a_missing_UNSUBACK_is_asked_for_again() { // F19
        MqttClient client =
                open(
                        patient()
                                .unsubackTimeout(Duration.ofSeconds(1))
                                .subscribe("a", AT_MOST_ONCE, NOTHING));
        BrokerConnection c = acceptNew();
        c.send(Packets.suback(c.expect(Subscribe.class)));
        Subscription subscription = client.subscribe("b", AT_MOST_ONCE, NOTHING);
        c.send(Packets.suback(c.expect(Subscribe.class)));
        CompletableFuture<Void> ended = unsubscribing(subscription);
        c.expect(Unsubscribe.class);
        c.send(Packets.unsuback(c.expect(Unsubscribe.class)));
        assertThat(ended).succeedsWithin(SOON);
    }

    @Test
    void a_SUBACK_with_too_few_reasons_is_a_protocol_error() {
        open(builder().subscribe("a", AT_MOST_ONCE, NOTHING).subscribe("b", AT_MOST_ONCE, NOTHING));
        BrokerConnection c = acceptNew();
        c.send(Packets.suback(c.expect(Subscribe.class), ReasonCode.SUCCESS));
        c.expect(Packets.disconnect(ReasonCode.PROTOCOL_ERROR));
        c.expectClosed();
    }

    @Test
    void a_filter_unsubscribed_while_offline_is_unsubscribed_on_the_resumed_session() {
        MqttClient client = open(patient());
        BrokerConnection c = acceptNew();
        Subscription subscription = client.subscribe("a", AT_MOST_ONCE, NOTHING);
        c.send(Packets.suback(c.expect(Subscribe.class)));
        subscription.awaitGranted(SOON);
        broker.stopListening();
        c.close();
        subscription.unsubscribe();
        client.subscribe("b", AT_MOST_ONCE, NOTHING);
        broker.listenAgain();
        BrokerConnection resumed = acceptResumed();
        Subscribe subscribe = resumed.expect(Subscribe.class);
        assertThat(subscribe.requests()).singleElement().matches(r -> r.filter().equals("b"));
        resumed.send(Packets.suback(subscribe));
        Unsubscribe unsubscribe = resumed.expect(Unsubscribe.class);
        assertThat(unsubscribe.filters()).containsExactly("a");
        resumed.send(Packets.unsuback(unsubscribe));
    }
}
