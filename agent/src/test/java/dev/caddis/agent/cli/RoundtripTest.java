package dev.caddis.agent.cli;

import static dev.caddis.mqtt.packet.Qos.AT_LEAST_ONCE;
import static dev.caddis.mqtt.packet.Qos.AT_MOST_ONCE;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.Objects.requireNonNull;

import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Connect;
import dev.caddis.mqtt.packet.Disconnect;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Puback;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.Subscribe;
import dev.caddis.mqtt.packet.Unsubscribe;
import dev.caddis.testkit.BrokerConnection;
import dev.caddis.testkit.Packets;
import dev.caddis.testkit.ScriptedBroker;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The cycle of the microcontroller demo, before a broker that does what each test says.
@Timeout(60)
class RoundtripTest {

    private static final String TOPIC = "pump-17-roundtrip/example/topic";
    private static final Duration CALM = Duration.ofSeconds(2);
    private static final Duration BETWEEN_PUBLISHES = Duration.ofSeconds(2);
    private static final Duration BETWEEN_ITERATIONS = Duration.ofSeconds(5);

    private final ScriptedBroker broker = ScriptedBroker.listen();
    private final FakePatience patience = new FakePatience();
    private final Lines lines = new Lines();
    private Duration answer = Duration.ofSeconds(21);
    private Duration backoffMin = Duration.ofMillis(1);
    private boolean json;
    private ProtocolVersion version = ProtocolVersion.V5;
    private @Nullable Roundtrip started;

    @AfterEach
    void end() {
        if (started != null) {
            started.end();
        }
        broker.close();
    }

    // ---- the cycle

    @Test
    void an_iteration_connects_subscribes_publishes_unsubscribes_disconnects_and_comes_again()
            throws Exception {
        CompletableFuture<Void> run = start(2, 2);
        for (int iteration = 0; iteration < 2; iteration++) {
            BrokerConnection c = broker.accept();
            Connect connect = c.welcome();
            assertThat(connect.clientId()).isEqualTo("pump-17-roundtrip");
            assertThat(connect.cleanStart()).isTrue();
            assertThat(connect.properties().sessionExpirySeconds()).isIn(null, 0L);
            assertThat(connect.keepAliveSeconds()).isEqualTo(60);
            assertThat(connect.will()).isNull();
            Subscribe subscribe = c.expect(Subscribe.class);
            assertThat(subscribe.requests().getFirst().filter()).isEqualTo(TOPIC);
            assertThat(subscribe.requests().getFirst().options().maximumQos())
                    .isEqualTo(AT_LEAST_ONCE);
            c.send(Packets.suback(subscribe));
            for (int i = 0; i < 2; i++) {
                Publish publish = c.expect(Publish.class);
                assertThat(publish.topic()).isEqualTo(TOPIC);
                assertThat(publish.payload()).isEqualTo(Bytes.utf8("Hello World!"));
                assertThat(publish.qos()).isEqualTo(AT_LEAST_ONCE);
                assertThat(publish.retain()).isFalse();
                c.send(Packets.puback(publish), echo());
            }
            ending(c);
        }
        run.get(10, TimeUnit.SECONDS);
        assertThat(patience.pauses())
                .containsExactly(BETWEEN_PUBLISHES, BETWEEN_ITERATIONS, BETWEEN_PUBLISHES);
        List<String> shown =
                lines.all().stream().map(line -> line.strip().replaceAll(" +.*", "")).toList();
        List<String> iteration =
                List.of("iteration", "connected", "subscribed", "1", "2", "unsubscribed");
        assertThat(shown)
                .containsExactlyElementsOf(
                        Stream.of(
                                        iteration,
                                        List.of("disconnected"),
                                        iteration,
                                        List.of("disconnected", "2"))
                                .flatMap(List::stream)
                                .toList());
        assertThat(lines.all().getLast())
                .matches(
                        "2 iterations, 4 round trips: min \\d+\\.\\d ms, median \\d+\\.\\d ms, max"
                                + " \\d+\\.\\d ms");
    }

    @Test
    void an_echo_at_quality_of_service_1_is_acknowledged() throws Exception {
        CompletableFuture<Void> run = start(1, 1);
        BrokerConnection c = subscribed();
        Publish publish = c.expect(Publish.class);
        c.send(Packets.puback(publish), Packets.publish(7, AT_LEAST_ONCE, TOPIC, "Hello World!"));
        List<Packet> both = List.of(c.expect(Packet.class), c.expect(Packet.class));
        assertThat(both).hasAtLeastOneElementOfType(Puback.class);
        for (Packet packet : both) {
            if (packet instanceof Unsubscribe unsubscribe) {
                c.send(Packets.unsuback(unsubscribe));
            }
        }
        c.expect(Disconnect.class);
        run.get(10, TimeUnit.SECONDS);
    }

    @Test
    void as_JSON_each_step_is_an_object_and_the_last_is_the_summary() throws Exception {
        json = true;
        CompletableFuture<Void> run = start(1, 1);
        BrokerConnection c = subscribed();
        comeBack(c);
        ending(c, run);
        assertThat(lines.all()).allMatch(line -> line.matches("\\{\"step\":\"[a-z_]+\",.*}"));
        assertThat(lines.next("round_trip"))
                .matches(".*\"iteration\":1,\"ms\":[0-9.]+,\"publish\":1,\"puback_ms\":[0-9.]+}");
        assertThat(lines.all().getLast())
                .startsWith("{\"step\":\"summary\",\"iterations\":1,\"round_trips\":1,\"min_ms\":")
                .endsWith(",\"lost_connections\":0,\"other_messages\":0,\"failure\":null}");
    }

    // ---- what is no round trip

    @Test
    void PUBACK_alone_is_no_round_trip() throws Exception {
        assertThat(failureAfterPubackAlone())
                .isEqualTo(
                        "publish 1 of 1 to "
                                + TOPIC
                                + ": PUBACK came, and the message itself did not come back within"
                                + " 21s; may this client read that topic? --topic names another");
        assertThat(patience.limits()).hasSize(3).startsWith(Duration.ofSeconds(21), CALM);
        assertThat(patience.limits().getLast())
                .isBetween(Duration.ofSeconds(18), Duration.ofSeconds(19));
        assertThat(lines.all().getLast()).startsWith("0 iterations, 0 round trips");
    }

    @Test
    void an_echo_that_is_still_awaited_2_s_after_PUBACK_is_told_and_may_come() throws Exception {
        patience.letPass(CALM);
        CompletableFuture<Void> run = start(1, 1);
        BrokerConnection c = subscribed();
        acknowledge(c);
        assertThat(lines.next("PUBACK"))
                .matches("  1 of 1 +[0-9.]+ ms  PUBACK came; still waiting for the message itself");
        c.send(echo());
        ending(c, run);
        assertThat(lines.all().getLast()).startsWith("1 iteration, 1 round trip: ");
    }

    @Test
    void over_3_1_1_PUBACK_alone_may_be_a_message_that_was_refused() throws Exception {
        version = ProtocolVersion.V3_1_1;
        assertThat(failureAfterPubackAlone())
                .contains("may this client publish there", "3.1.1", "and read");
    }

    @Test
    void an_echo_alone_is_no_round_trip() throws Exception {
        CompletableFuture<Void> run = start(1, 1);
        BrokerConnection c = subscribed();
        c.expect(Publish.class);
        c.send(Packets.publish(7, AT_LEAST_ONCE, TOPIC, "Hello World!"));
        c.expect(Puback.class); // its handler has returned
        patience.timeIsUp();
        assertThat(failure(run)).contains("no PUBACK").endsWith("within 21s");
    }

    @Test
    void a_refusal_in_PUBACK_is_a_failure_at_once() throws Exception {
        CompletableFuture<Void> run = start(1, 5);
        BrokerConnection c = subscribed();
        c.send(new Puback(c.expect(Publish.class).packetId(), ReasonCode.NOT_AUTHORIZED));
        assertThat(failure(run))
                .startsWith(
                        "publish 1 of 5 to " + TOPIC + ": the broker refused it: not authorized");
    }

    @Test
    void another_text_a_retained_and_a_repeated_message_are_no_echoes() throws Exception {
        CompletableFuture<Void> run = start(1, 1);
        BrokerConnection c = subscribed();
        Publish publish = c.expect(Publish.class);
        Publish repeated = Packets.publish(8, AT_LEAST_ONCE, TOPIC, "Hello World!");
        c.send(
                Packets.puback(publish),
                Packets.publish(0, AT_MOST_ONCE, TOPIC, "Hello"),
                new Publish(
                        TOPIC,
                        Bytes.utf8("Hello World!"),
                        AT_MOST_ONCE,
                        true,
                        false,
                        0,
                        Publish.Properties.NONE),
                repeated.withDelivery(8, true));
        for (int i = 0; i < 3; i++) {
            lines.next("that is no echo");
        }
        c.expect(Puback.class);
        assertThat(run).isNotDone();
        c.send(echo());
        ending(c, run);
        assertThat(lines.all().getLast()).endsWith("; 3 other messages");
    }

    @Test
    void a_late_echo_of_an_earlier_publish_is_not_taken_for_that_of_the_next() throws Exception {
        patience.holdPauses();
        CompletableFuture<Void> run = start(1, 2);
        BrokerConnection c = subscribed();
        c.send(Packets.puback(c.expect(Publish.class)), echo(), echo());
        lines.next("that is no echo");
        patience.endPause();
        acknowledge(c);
        patience.timeIsUp();
        assertThat(failure(run)).startsWith("publish 2 of 2").contains("message itself");
    }

    // ---- retries

    @Test
    void a_refused_subscription_is_asked_for_5_times_more_and_then_a_failure() throws Exception {
        CompletableFuture<Void> run = start(1, 1);
        BrokerConnection c = broker.accept();
        c.welcome();
        for (int i = 0; i < 6; i++) {
            c.send(Packets.suback(c.expect(Subscribe.class), ReasonCode.NOT_AUTHORIZED));
        }
        assertThat(failure(run))
                .startsWith("the broker granted no subscription to " + TOPIC)
                .contains("not authorized (0x87)");
        c.expect(Disconnect.class);
        assertThat(lines.all().stream().filter(line -> line.contains("SUBSCRIBE is refused")))
                .hasSize(6);
    }

    @Test
    void a_missing_SUBACK_is_asked_for_again() throws Exception {
        answer = Duration.ofSeconds(1);
        CompletableFuture<Void> run = start(1, 1);
        BrokerConnection c = broker.accept();
        c.welcome();
        c.expect(Subscribe.class);
        c.send(Packets.suback(c.expect(Subscribe.class)));
        lines.next("not answered; asking again");
        lines.next("subscribed");
        c.expect(Publish.class);
        assertThat(run).isNotDone();
    }

    @Test
    void a_dead_port_is_a_failure_after_6_attempts_with_pauses_inside_their_windows()
            throws Exception {
        broker.stopListening();
        CompletableFuture<Void> run = start(0, 1);
        assertThat(failure(run))
                .startsWith("no connection after 6 attempts; the last failed since");
        assertThat(lines.all().stream().filter(line -> line.contains("to connect failed")))
                .hasSize(1);
        assertThat(lines.all())
                .containsSubsequence(
                        IntStream.rangeClosed(2, 6)
                                .mapToObj(i -> "  attempt " + i + ": the same")
                                .toList());
        List<Long> pauses =
                lines.all().stream()
                        .map(Pattern.compile("next attempt in (\\d+) ms")::matcher)
                        .filter(Matcher::find)
                        .map(matcher -> Long.valueOf(matcher.group(1)))
                        .toList();
        assertThat(pauses).hasSize(5);
        List<Long> windows = List.of(1L, 2L, 4L, 8L, 8L);
        IntStream.range(0, 5)
                .forEach(i -> assertThat(pauses.get(i)).isLessThanOrEqualTo(windows.get(i)));
    }

    @Test
    void a_lost_connection_is_made_again_and_the_publish_in_progress_too() throws Exception {
        backoffMin = Duration.ofMinutes(1); // the client's own; ours is pretended
        CompletableFuture<Void> run = start(1, 2);
        BrokerConnection first = subscribed();
        comeBack(first);
        Publish second = first.expect(Publish.class);
        first.send(Packets.puback(second));
        first.close();
        lines.next("connection lost");
        BrokerConnection next = subscribed();
        comeBack(next);
        ending(next, run);
        assertThat(lines.all().getLast())
                .startsWith("1 iteration, 2 round trips")
                .endsWith("; 1 lost connection");
        assertThat(patience.pauses().getFirst()).isEqualTo(BETWEEN_PUBLISHES);
        assertThat(patience.pauses().getLast()).isBetween(Duration.ZERO, backoffMin);
    }

    @Test
    void a_connection_lost_6_times_in_one_iteration_is_a_failure() throws Exception { // F24
        backoffMin = Duration.ofMinutes(1);
        CompletableFuture<Void> run = start(1, 1);
        for (int i = 0; i < 6; i++) {
            BrokerConnection c = broker.accept();
            c.welcome();
            c.close();
            lines.next("connection lost before SUBSCRIBE was granted: ");
        }
        assertThat(failure(run))
                .startsWith(
                        "the connection was lost 6 times in one iteration; the last time before"
                                + " SUBSCRIBE was granted: the connection to ")
                .endsWith("the broker closed it");
        assertThat(patience.pauses()).hasSize(5);
        for (int retry = 1; retry <= 5; retry++) {
            assertThat(patience.pauses().get(retry - 1))
                    .isBetween(Duration.ZERO, plan(1, 1).pace().window(retry));
        }
    }

    @Test
    void a_broker_that_closes_at_each_publish_over_3_1_1_may_forbid_it() throws Exception {
        version = ProtocolVersion.V3_1_1;
        backoffMin = Duration.ofMinutes(1);
        CompletableFuture<Void> run = start(1, 5);
        for (int i = 0; i < 6; i++) {
            BrokerConnection c = subscribed();
            c.expect(Publish.class);
            c.close();
            lines.next("connection lost after publish 1 of 5 to " + TOPIC + ": ");
        }
        assertThat(failure(run))
                .contains("; the last time after publish 1 of 5 to " + TOPIC + ": ")
                .endsWith(
                        "; over 3.1.1 a broker may answer a forbidden message by closing: may this"
                                + " client publish there? --topic names another");
    }

    @Test
    void ended_from_outside_it_says_DISCONNECT_and_what_it_came_to() throws Exception {
        patience.holdPauses();
        CompletableFuture<Void> run = start(0, 2);
        BrokerConnection c = subscribed();
        comeBack(c);
        lines.next("1 of 2");
        requireNonNull(started).end();
        c.expect(Disconnect.class);
        assertThat(lines.next("round trip")).startsWith("0 iterations, 1 round trip: min");
        patience.endPause();
        assertThat(run).failsWithin(Duration.ofSeconds(10));
        assertThat(lines.all().getLast()).startsWith("0 iterations, 1 round trip: min");
    }

    // ---- the constants

    @Test
    void the_pace_is_that_of_the_demo() {
        RoundtripPlan.Pace demo = RoundtripPlan.Pace.DEMO;
        assertThat(demo.attempts()).isEqualTo(6);
        assertThat(IntStream.rangeClosed(1, 5).mapToObj(demo::window).map(Duration::toMillis))
                .containsExactly(500L, 1000L, 2000L, 4000L, 5000L);
        assertThat(demo.answer()).isEqualTo(Duration.ofSeconds(21));
        assertThat(demo.betweenPublishes()).isEqualTo(BETWEEN_PUBLISHES);
        assertThat(demo.betweenIterations()).isEqualTo(BETWEEN_ITERATIONS);
    }

    // ---- the run and its broker

    private RoundtripPlan plan(long iterations, int publishes) {
        return new RoundtripPlan(
                iterations,
                publishes,
                TOPIC,
                Bytes.utf8("Hello World!"),
                new RoundtripPlan.Pace(
                        backoffMin,
                        backoffMin.multipliedBy(8),
                        5,
                        answer,
                        BETWEEN_PUBLISHES,
                        BETWEEN_ITERATIONS));
    }

    private MqttClientBuilder builder() {
        return MqttClient.builder()
                .broker(broker.url())
                .clientId("pump-17-roundtrip")
                .version(version);
    }

    private CompletableFuture<Void> start(long iterations, int publishes) {
        Roundtrip roundtrip =
                new Roundtrip(
                        plan(iterations, publishes),
                        this::builder,
                        patience,
                        new Random(17),
                        new RoundtripReport(new PrintWriter(lines), json));
        CompletableFuture<Void> run = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        roundtrip.run();
                        run.complete(null);
                    } catch (Throwable failure) {
                        run.completeExceptionally(failure);
                    }
                });
        started = roundtrip;
        return run;
    }

    private static String failure(CompletableFuture<Void> run) throws Exception {
        try {
            run.get(10, TimeUnit.SECONDS);
        } catch (ExecutionException ended) {
            assertThat(ended).hasCauseInstanceOf(FailedException.class);
            return String.valueOf(requireNonNull(ended.getCause()).getMessage());
        }
        throw new AssertionError("it did not fail");
    }

    /// What a run of one publish ends with whose message never comes back.
    private String failureAfterPubackAlone() throws Exception {
        patience.letPass(CALM);
        CompletableFuture<Void> run = start(1, 1);
        acknowledge(subscribed());
        lines.next("1 of 1");
        patience.timeIsUp();
        return failure(run);
    }

    private BrokerConnection subscribed() {
        BrokerConnection c = broker.accept();
        c.welcome();
        c.send(Packets.suback(c.expect(Subscribe.class)));
        return c;
    }

    private void comeBack(BrokerConnection c) {
        c.send(Packets.puback(c.expect(Publish.class)), echo());
    }

    private static void acknowledge(BrokerConnection c) {
        c.send(Packets.puback(c.expect(Publish.class)));
    }

    private static void ending(BrokerConnection c, CompletableFuture<Void> run) throws Exception {
        ending(c);
        run.get(10, TimeUnit.SECONDS);
    }

    private static void ending(BrokerConnection c) {
        c.send(Packets.unsuback(c.expect(Unsubscribe.class)));
        c.expect(Disconnect.class);
    }

    /// Delivered at QoS 0, as a broker may, so that no PUBACK crosses what the test expects next.
    private static Publish echo() {
        return Packets.publish(0, AT_MOST_ONCE, TOPIC, "Hello World!");
    }
}
