package dev.caddis.testkit;

import static dev.caddis.mqtt.packet.Qos.AT_LEAST_ONCE;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caddis.mqtt.ClientClosedException;
import dev.caddis.mqtt.DeadlineException;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.Requester;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Disconnect;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.Subscribe;
import dev.caddis.mqtt.packet.Unsubscribe;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Requests and their responses (MQTT 5.0 section 4.10).
class RequestTest extends BrokerTest {

    private final MqttClient client = open(builder());
    private final BrokerConnection c = acceptNew();
    private final Requester requester = client.requester("pump-17/responses");

    private void ready() {
        c.send(Packets.suback(c.expect(Subscribe.class)));
        requester.awaitReady(SOON);
    }

    private static Publish response(Publish request, String payload) {
        Publish.Properties asked = request.properties();
        return new Publish(
                String.valueOf(asked.responseTopic()),
                Bytes.utf8(payload),
                Qos.AT_MOST_ONCE,
                false,
                false,
                0,
                new Publish.Properties(
                        false,
                        null,
                        null,
                        null,
                        asked.correlationData(),
                        List.of(),
                        List.of(),
                        null));
    }

    @Test
    void each_response_finds_its_request_in_whatever_order_they_come() {
        ready();
        CompletableFuture<Message> first = requester.request(Message.of("ask", "1"), SOON);
        CompletableFuture<Message> second = requester.request(Message.of("ask", "2"), SOON);
        Publish one = c.expect(Publish.class);
        Publish two = c.expect(Publish.class);
        c.send(response(two, "two"), response(one, "one"), response(one, "nobody waits"));
        assertThat(first).succeedsWithin(SOON).extracting(Message::text).isEqualTo("one");
        assertThat(second).succeedsWithin(SOON).extracting(Message::text).isEqualTo("two");
    }

    @Test
    void a_response_that_does_not_come_in_time_fails_its_request_alone() {
        ready();
        CompletableFuture<Message> late =
                requester.request(Message.of("ask", "1"), Duration.ofMillis(1));
        Publish request = c.expect(Publish.class);
        assertThat(late)
                .failsWithin(SOON)
                .withThrowableOfType(java.util.concurrent.ExecutionException.class)
                .withCauseInstanceOf(DeadlineException.class)
                .withMessageContainingAll("no response to ask", "1 ms");
        CompletableFuture<Message> next = requester.request(Message.of("ask", "2"), SOON);
        Publish again = c.expect(Publish.class);
        c.send(response(request, "late"), response(again, "in time"));
        assertThat(next).succeedsWithin(SOON).extracting(Message::text).isEqualTo("in time");
    }

    @Test
    void what_hangs_on_a_response_may_block_and_ask_again() { // F15
        ready();
        CompletableFuture<Message> second =
                requester
                        .request(Message.of("ask", "1"), SOON)
                        .thenApply(first -> requester.request(Message.of("ask", "2"), SOON).join());
        c.send(response(c.expect(Publish.class), "one"));
        c.send(response(c.expect(Publish.class), "two"));
        assertThat(second).succeedsWithin(SOON).extracting(Message::text).isEqualTo("two");
    }

    @Test
    void what_hangs_on_a_failure_may_block_while_other_timeouts_pass() { // F15
        ready();
        Duration brief = Duration.ofMillis(1);
        var second = new CompletableFuture<Throwable>();
        var unused =
                requester
                        .request(Message.of("ask", "1"), brief)
                        .whenComplete((none, late) ->
                                second.complete(
                                        requester
                                                .request(Message.of("ask", "2"), brief)
                                                .handle((message, failure) -> failure)
                                                .join()));
        assertThat(second).succeedsWithin(SOON).isInstanceOf(DeadlineException.class);
        c.expect(Publish.class);
        c.expect(Publish.class);
    }

    @Test
    void a_request_may_wait_for_ever_and_a_wrong_time_is_refused_before_it_is_sent() {
        ready();
        assertThatThrownBy(() -> requester.request(Message.of("ask", "1"), Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("zero or more");
        CompletableFuture<Message> patient =
                requester.request(Message.of("ask", "2"), Duration.ofSeconds(Long.MAX_VALUE));
        Publish sent = c.expect(Publish.class);
        assertThat(sent.payload()).isEqualTo(Bytes.utf8("2"));
        c.send(response(sent, "two"));
        assertThat(patient).succeedsWithin(SOON);
    }

    @Test
    void closing_fails_what_waits_and_ends_the_subscription() {
        ready();
        CompletableFuture<Message> waiting = requester.request(Message.of("ask", "1"), SOON);
        c.expect(Publish.class);
        requester.close();
        assertThat(waiting)
                .failsWithin(SOON)
                .withThrowableOfType(java.util.concurrent.ExecutionException.class)
                .withCauseInstanceOf(ClientClosedException.class);
        c.send(Packets.unsuback(c.expect(Unsubscribe.class)));
    }

    @Test
    void closing_the_client_fails_what_waits_at_once() { // F20
        ready();
        CompletableFuture<Message> waiting = requester.request(Message.of("ask", "1"), SOON);
        c.expect(Publish.class);
        CompletableFuture<Boolean> closed = closing(client, SOON);
        assertThat(waiting)
                .failsWithin(SOON.dividedBy(2))
                .withThrowableOfType(java.util.concurrent.ExecutionException.class)
                .withCauseInstanceOf(ClientClosedException.class);
        assertThatThrownBy(() -> requester.request(Message.of("ask", "2"), SOON))
                .isInstanceOf(ClientClosedException.class);
        c.expect(Disconnect.class);
        assertThat(closed).succeedsWithin(SOON);
    }

    @Test
    void unsubscribing_the_response_topic_fails_what_waits() {
        ready();
        CompletableFuture<Message> waiting = requester.request(Message.of("ask", "1"), SOON);
        c.expect(Publish.class);
        Thread.ofVirtual().start(() -> client.unsubscribe("pump-17/responses", SOON));
        c.send(Packets.unsuback(c.expect(Unsubscribe.class)));
        assertThat(waiting)
                .failsWithin(SOON.dividedBy(2))
                .withThrowableOfType(java.util.concurrent.ExecutionException.class)
                .withCauseInstanceOf(ClientClosedException.class);
    }

    @Test
    void a_handler_does_not_take_the_responses_of_a_requester() {
        ready();
        assertThatThrownBy(
                        () -> client.subscribe("pump-17/responses", AT_LEAST_ONCE, delivery -> {}))
                .isInstanceOf(IllegalStateException.class);
        CompletableFuture<Message> answered = requester.request(Message.of("ask", "1"), SOON);
        c.send(response(c.expect(Publish.class), "one"));
        assertThat(answered).succeedsWithin(SOON);
    }

    @Test
    void a_response_goes_where_the_request_says_with_its_correlation() {
        Message request =
                Message.of("ask", "?")
                        .qos(AT_LEAST_ONCE)
                        .responseTopic("replies/7")
                        .correlationData(Bytes.utf8("c-1"));
        Message response = Message.response(request, Bytes.utf8("!"));
        assertThat(response)
                .isEqualTo(
                        Message.of("replies/7", "!")
                                .qos(AT_LEAST_ONCE)
                                .correlationData(Bytes.utf8("c-1")));
        c.send(Packets.suback(c.expect(Subscribe.class)));
    }

    @Test
    void a_second_requester_at_the_same_response_topic_is_refused() {
        ready();
        assertThatThrownBy(() -> client.requester("pump-17/responses"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll(
                        "pump-17/responses", "a requester", "End that one first", "or use another");
        CompletableFuture<Message> answered = requester.request(Message.of("ask", "1"), SOON);
        c.send(response(c.expect(Publish.class), "one"));
        assertThat(answered).succeedsWithin(SOON);
    }

    @Test
    void a_response_topic_is_free_again_when_its_requester_is_closed() {
        ready();
        requester.close();
        c.send(Packets.unsuback(c.expect(Unsubscribe.class)));
        Requester next = client.requester("pump-17/responses");
        requester.close(); // a second time, which does not end the next one's subscription
        c.send(Packets.suback(c.expect(Subscribe.class)));
        next.awaitReady(SOON);
        CompletableFuture<Message> answered = next.request(Message.of("ask", "1"), SOON);
        c.send(response(c.expect(Publish.class), "one"));
        assertThat(answered).succeedsWithin(SOON);
    }

    @Test
    void a_response_topic_that_is_no_filter_is_refused_as_often_as_it_is_asked_for() {
        ready();
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> client.requester("$share/g"))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
