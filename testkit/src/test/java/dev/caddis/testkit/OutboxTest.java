package dev.caddis.testkit;

import static dev.caddis.mqtt.packet.Qos.AT_LEAST_ONCE;
import static dev.caddis.mqtt.packet.Qos.AT_MOST_ONCE;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caddis.mqtt.Acknowledgement;
import dev.caddis.mqtt.BrokerRefusedException;
import dev.caddis.mqtt.ClientClosedException;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MessageCounts;
import dev.caddis.mqtt.MessageDroppedException;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder.WhenFull;
import dev.caddis.mqtt.OutboxFullException;
import dev.caddis.mqtt.Receipt;
import dev.caddis.mqtt.event.ClientEvent.Dropped;
import dev.caddis.mqtt.event.DropCause;
import dev.caddis.mqtt.packet.Puback;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.ReasonCode;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Bounded everywhere, with a stated policy (law 5), and a receipt for everything.
class OutboxTest extends BrokerTest {

    private static Message message(String text) {
        return Message.of("data", text).qos(AT_LEAST_ONCE);
    }

    private MqttClient offline(WhenFull policy) {
        broker.stopListening();
        return open(
                builder()
                        .outbox(2, 1 << 20, policy)
                        .maxInFlight(1)
                        .publishTimeout(Duration.ofSeconds(1)));
    }

    private List<String> deliveredAfter(MqttClient client, int count) {
        broker.listenAgain();
        BrokerConnection c = acceptNew();
        List<String> delivered = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Publish publish = c.expect(Publish.class);
            delivered.add(publish.payload().asUtf8());
            c.send(Packets.puback(publish));
        }
        assertThat(client.awaitAcknowledged(SOON)).isTrue();
        return delivered;
    }

    @Test
    void submit_blocks_while_the_outbox_is_full_and_gives_up_after_publishTimeout() {
        MqttClient client = offline(WhenFull.BLOCK);
        client.publish(message("1"));
        client.publish(message("2"));
        assertThatThrownBy(() -> client.submit(message("3")))
                .isInstanceOf(OutboxFullException.class)
                .hasMessageContaining("2 messages");
        assertThat(deliveredAfter(client, 2)).containsExactly("1", "2");
    }

    @Test
    void submit_goes_on_as_soon_as_there_is_room() {
        MqttClient client = open(builder().outbox(1, 1 << 20, WhenFull.BLOCK).maxInFlight(1));
        client.publish(message("1"));
        CompletableFuture<Receipt> blocked =
                CompletableFuture.supplyAsync(
                        () -> client.submit(message("2")), task -> Thread.ofVirtual().start(task));
        BrokerConnection c = acceptNew();
        c.send(Packets.puback(c.expect(Publish.class)));
        c.send(Packets.puback(c.expect(Publish.class)));
        blocked.join().awaitAcknowledged(SOON);
    }

    @Test
    void reject_throws_at_once() {
        MqttClient client = offline(WhenFull.REJECT);
        client.publish(message("1"));
        client.publish(message("2"));
        assertThatThrownBy(() -> client.submit(message("3")))
                .isInstanceOf(OutboxFullException.class);
        assertThat(deliveredAfter(client, 2)).containsExactly("1", "2");
    }

    @Test
    void drop_newest_gives_up_the_new_message_counts_it_and_tells() { // F34
        MqttClient client = offline(WhenFull.DROP_NEWEST);
        client.publish(message("1"));
        client.publish(message("2"));
        for (int total = 1; total <= 2; total++) {
            assertDropped(client.submit(message("3")), DropCause.OUTBOX_FULL_NEWEST);
            assertThat(events.next(Dropped.class))
                    .isEqualTo(new Dropped(DropCause.OUTBOX_FULL_NEWEST, 1, total));
        }
        assertThat(deliveredAfter(client, 2)).containsExactly("1", "2");
    }

    @Test
    void purging_gives_up_what_waits_and_nothing_that_comes_later() {
        MqttClient client = offline(WhenFull.BLOCK);
        Receipt first = client.publish(message("1"));
        client.publish(message("2"));
        assertThat(client.purgeOutbox(Duration.ofSeconds(10))).isEqualTo(2);
        assertThat(client.purgeOutbox(Duration.ofSeconds(10))).isZero();
        assertDropped(first, DropCause.PURGED);
        assertThat(events.next(Dropped.class)).isEqualTo(new Dropped(DropCause.PURGED, 2, 2));
        assertThat(client.counts()).isEqualTo(new MessageCounts(0, 0, 0, 2));
        client.publish(message("3"));
        assertThat(deliveredAfter(client, 1)).containsExactly("3");
    }

    @Test
    void drop_oldest_makes_room_at_the_old_end_counts_it_and_tells() { // F34
        MqttClient client = offline(WhenFull.DROP_OLDEST);
        Receipt oldest = client.publish(message("1"));
        client.publish(message("2"));
        client.publish(message("3"));
        assertDropped(oldest, DropCause.OUTBOX_FULL_OLDEST);
        assertThat(events.next(Dropped.class))
                .isEqualTo(new Dropped(DropCause.OUTBOX_FULL_OLDEST, 1, 1));
        client.publish(message("4"));
        assertThat(events.next(Dropped.class))
                .isEqualTo(new Dropped(DropCause.OUTBOX_FULL_OLDEST, 1, 2));
        assertThat(deliveredAfter(client, 2)).containsExactly("3", "4");
    }

    @Test
    void no_policy_touches_an_open_exchange() {
        MqttClient client = open(builder().outbox(1, 1 << 20, WhenFull.DROP_OLDEST).maxInFlight(1));
        BrokerConnection c = acceptNew();
        Receipt open = client.publish(message("open"));
        Publish publish = c.expect(Publish.class);
        Receipt dropped = client.publish(message("dropped"));
        Receipt kept = client.publish(message("kept"));
        assertDropped(dropped, DropCause.OUTBOX_FULL_OLDEST);
        c.send(Packets.puback(publish));
        open.awaitAcknowledged(SOON);
        c.send(Packets.puback(c.expect(Publish.class)));
        kept.awaitAcknowledged(SOON);
    }

    @Test
    void every_receipt_completes_exactly_once() {
        MqttClient client = open(builder().outbox(2, 1 << 20, WhenFull.DROP_NEWEST).maxInFlight(1));
        var outcomes = new ConcurrentHashMap<String, AtomicInteger>();
        var settled = new ArrayList<CompletableFuture<?>>();
        BrokerConnection c = acceptNew();
        watch("acknowledged", client.submit(message("1")), outcomes, settled);
        c.send(Packets.puback(c.expect(Publish.class)), new Puback(1, ReasonCode.SUCCESS));
        watch("refused", client.submit(message("2")), outcomes, settled);
        c.send(
                new Puback(c.expect(Publish.class).packetId(), ReasonCode.NOT_AUTHORIZED),
                new Puback(1, ReasonCode.SUCCESS));
        watch("QoS 0", client.submit(Message.of("data", "3")), outcomes, settled);
        c.expect(Publish.class);
        watch("in flight", client.publish(message("4")), outcomes, settled);
        c.expect(Publish.class);
        watch("waiting", client.publish(message("5")), outcomes, settled);
        watch("waiting too", client.publish(message("6")), outcomes, settled);
        watch("dropped", client.submit(message("7")), outcomes, settled);
        c.close();
        assertThat(client.close(Duration.ZERO)).isFalse();
        settled.forEach(each -> {
            assertThat(each).succeedsWithin(SOON);
        });
        assertThat(outcomes.keySet())
                .containsExactlyInAnyOrder(
                        "acknowledged: Acknowledgement",
                        "refused: " + BrokerRefusedException.class.getSimpleName(),
                        "QoS 0: Acknowledgement",
                        "in flight: " + ClientClosedException.class.getSimpleName(),
                        "waiting: " + ClientClosedException.class.getSimpleName(),
                        "waiting too: " + ClientClosedException.class.getSimpleName(),
                        "dropped: " + MessageDroppedException.class.getSimpleName());
        assertThat(outcomes.values()).allMatch(count -> count.get() == 1);
    }

    private static void watch(
            String name,
            Receipt receipt,
            ConcurrentHashMap<String, AtomicInteger> outcomes,
            List<CompletableFuture<?>> settled) {
        settled.add(
                receipt.acknowledged()
                        .handle((@Nullable Acknowledgement done, @Nullable Throwable failure) -> {
                            Object outcome = failure == null ? done : cause(failure);
                            String kind =
                                    outcome == null
                                            ? "nothing"
                                            : outcome.getClass().getSimpleName();
                            return outcomes.computeIfAbsent(
                                            name + ": " + kind, key -> new AtomicInteger())
                                    .incrementAndGet();
                        })
                        .toCompletableFuture());
    }

    private static Throwable cause(Throwable failure) {
        Throwable cause = failure.getCause();
        return cause == null ? failure : cause;
    }

    private static void assertDropped(Receipt receipt, DropCause cause) {
        assertThatThrownBy(() -> receipt.awaitAcknowledged(SOON))
                .isInstanceOfSatisfying(
                        MessageDroppedException.class,
                        dropped -> assertThat(dropped.dropCause()).isEqualTo(cause));
    }

    @Test
    void after_close_nothing_is_accepted() {
        MqttClient client = open(builder());
        client.close(Duration.ZERO);
        assertThatThrownBy(() -> client.submit(Message.of("data", "1").qos(AT_MOST_ONCE)))
                .isInstanceOf(ClientClosedException.class);
    }
}
