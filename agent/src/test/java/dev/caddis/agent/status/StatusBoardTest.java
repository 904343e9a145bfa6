package dev.caddis.agent.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.agent.source.FakeClock;
import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.ReasonCode;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.TreeMap;

class StatusBoardTest {

    private final FakeClock clock = new FakeClock();
    private volatile long waiting;
    private final StatusBoard board =
            new StatusBoard(
                    new About("pump-17", "pump-17", "0.1.0", "mqtts://b", List.of("a/#", "b")),
                    () ->
                            new Figures(
                                    waiting,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    new TreeMap<>(),
                                    null,
                                    0,
                                    0,
                                    0),
                    clock.clocks());

    @Test
    void the_outbox_is_drawn_every_five_seconds_for_ten_minutes() {
        for (int second = 0; second < 700; second++) {
            waiting = second;
            board.tick();
            clock.pass(Duration.ofSeconds(1));
        }
        List<StatusBoard.Depth> depths = board.look(StatusBoard.View::depths);
        assertThat(depths).hasSize(120);
        assertThat(depths.getLast().waiting()).isEqualTo(695);
        assertThat(depths.getFirst().waiting()).isEqualTo(695 - 119 * 5);
    }

    @Test
    void a_tick_without_news_is_no_revision() {
        board.tick();
        long before = board.look(StatusBoard.View::revision);
        clock.pass(Duration.ofSeconds(1));
        board.tick();
        assertThat(board.look(StatusBoard.View::revision)).isEqualTo(before);
        waiting = 1;
        board.tick();
        assertThat(board.look(StatusBoard.View::revision)).isGreaterThan(before);
    }

    @Test
    void who_looks_again_gets_what_changed() {
        long known = board.look(StatusBoard.View::revision);
        assertThat(json(0)).contains("\"filter\":\"a/#\"", "\"filter\":\"b\"");
        board.onMessage("b", "b", "hot");
        assertThat(json(known)).contains("\"text\":\"hot\"").doesNotContain("a/#");
    }

    @Test
    void only_the_last_events_and_messages_are_kept() {
        for (int i = 0; i < 1_000; i++) {
            board.onLine("news", "line " + i + ".");
            board.onMessage("b", "b", "message " + i + ".");
        }
        assertThat(json(0))
                .contains("line 999.", "line 950.", "message 999.", "message 995.")
                .contains("\"received\":1000")
                .doesNotContain("line 949.", "message 994.");
    }

    @Test
    void a_refused_subscription_says_why() {
        board.onEvent(new ClientEvent.SubscriptionRefused("a/#", ReasonCode.NOT_AUTHORIZED, false));
        assertThat(json(0)).contains("\"state\":\"refused: " + ReasonCode.NOT_AUTHORIZED + "\"");
    }

    @Test
    void while_the_broker_is_away_the_page_knows_since_when_why_and_when_it_is_tried_again() {
        var refused =
                new ConnectionFailure(ConnectionFailure.Kind.REFUSED, "nothing listens there");
        clock.pass(Duration.ofSeconds(10));
        board.onEvent(new ClientEvent.ConnectFailed(1, refused));
        board.onEvent(new ClientEvent.RetryingIn(Duration.ofSeconds(20), 2));
        assertThat(json(0))
                .contains(
                        "\"since\":\"2026-11-22T02:30:00Z\"",
                        "\"problem\":\"nothing listens there\"",
                        "\"next_attempt\":\"2026-11-22T02:30:30Z\"");
    }

    @Test
    void a_topic_shows_its_last_values_and_the_numbers_before() {
        TopicView topic = new TopicView("t");
        for (int i = 0; i < 100; i++) {
            String temperature = i == 99 ? "null" : String.valueOf(i);
            String payload =
                    "{\"t\":" + temperature + ",\"on\":true,\"list\":[1,{\"t\":5}],\"s\":\"x\"}";
            topic.published(Bytes.utf8(payload), clock.now(), i);
        }
        assertThat(topic.fields().keySet()).containsExactly("t", "on", "list", "s");
        assertThat(topic.fields().values())
                .extracting(TopicView.Field::text)
                .containsExactly(null, "true", "[...]", "x");
        List<@Nullable Double> points = topic.fields().firstEntry().getValue().points().all();
        assertThat(points).hasSize(60).startsWith(40.0);
        assertThat(points.get(58)).isEqualTo(98.0);
        assertThat(points.getLast()).isNull();
    }

    @Test
    void a_payload_that_is_no_JSON_object_has_no_fields() {
        TopicView topic = new TopicView("t");
        for (String payload : List.of("", "21.5", "{\"a\":", "[1]", "\u0000")) {
            topic.published(Bytes.utf8(payload), clock.now(), 1);
        }
        assertThat(topic.fields()).isEmpty();
        assertThat(topic.published()).isEqualTo(5);
    }

    @Test
    void a_round_trip_is_in_every_bucket_that_is_long_enough() {
        RoundTrips trips = new RoundTrips();
        trips.add(Duration.ofMillis(1));
        trips.add(Duration.ofMillis(40));
        trips.add(Duration.ofSeconds(60));
        assertThat(trips.upTo(0)).isEqualTo(1);
        assertThat(trips.upTo(RoundTrips.BUCKETS.indexOf(0.05))).isEqualTo(2);
        assertThat(trips.upTo(RoundTrips.BUCKETS.size() - 1)).isEqualTo(2);
        assertThat(trips.upTo(RoundTrips.BUCKETS.size())).isEqualTo(3);
        assertThat(trips.sumSeconds()).isEqualTo(60.041);
    }

    private String json(long since) {
        return board.look(view -> StatusJson.of(view, since));
    }
}
