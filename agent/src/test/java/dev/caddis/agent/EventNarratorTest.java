package dev.caddis.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.agent.EventNarrator.Line;
import dev.caddis.agent.EventNarrator.Line.Level;
import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.event.ConnectionFailure.Kind;
import dev.caddis.mqtt.event.DropCause;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

class EventNarratorTest {

    private static final ClientEvent CONNECTED =
            new ClientEvent.Connected("mqtts://b:8883", ProtocolVersion.V5, false, "TLSv1.3");

    private final EventNarrator narrator = new EventNarrator();
    private int attempt;

    @Test
    void a_refused_connection_is_told_once_then_counted_and_the_count_told_at_reconnect() {
        assertThat(heard(refused())).containsExactly("nobody listens");
        assertThat(heard(pause())).containsExactly("next attempt in 1.5 s");
        for (int i = 0; i < 6; i++) {
            assertThat(heard(refused())).isEmpty();
            assertThat(heard(pause())).isEmpty();
        }
        assertThat(heard(CONNECTED))
                .containsExactly(
                        "connected to mqtts://b:8883, MQTT 5, TLSv1.3, new session, after 7 failed"
                                + " attempts");
        assertThat(heard(CONNECTED))
                .containsExactly("connected to mqtts://b:8883, MQTT 5, TLSv1.3, new session");
        assertThat(heard(refused())).containsExactly("nobody listens");
    }

    @Test
    void another_reason_is_told_too_and_a_long_outage_from_time_to_time() {
        heard(refused());
        assertThat(heard(failed(Kind.UNKNOWN_HOST, "no such host")))
                .containsExactly("no such host");
        for (int i = 2; i < 9; i++) {
            assertThat(heard(refused())).isEmpty();
        }
        assertThat(heard(refused()))
                .containsExactly("still not connected after 10 attempts; nobody listens");
        assertThat(heard(refused())).isEmpty();
    }

    @Test
    void a_changed_certificate_is_news_and_one_that_is_not_used_is_trouble() { // F38
        assertThat(
                        heard(
                                new ClientEvent.Disconnected(
                                        new ConnectionFailure(
                                                Kind.MOVED, "going over to device.pem"))))
                .containsExactly("going over to device.pem");
        assertThat(heard(new ClientEvent.IdentityChanged("device.pem, subject CN=pump-17")))
                .containsExactly(
                        "the certificate changed; in use from now on: device.pem, subject"
                                + " CN=pump-17");
        assertThat(
                        narrator.tell(
                                new ClientEvent.IdentityKept(
                                        new ConnectionFailure(
                                                Kind.IDENTITY, "key.pem does not exist"))))
                .containsExactly(
                        new Line(
                                Level.TROUBLE,
                                "the certificate files changed and are not used: key.pem does not"
                                        + " exist. The earlier ones stay in use; correct the files,"
                                        + " they are tried again"));
    }

    @Test
    void the_end_of_the_certificate_is_trouble_before_it_comes() {
        assertThat(
                        narrator.tell(
                                new ClientEvent.CertificateExpires(
                                        "device.pem",
                                        "CN=pump-17",
                                        Instant.parse("2026-12-01T00:00:00Z"))))
                .containsExactly(
                        new Line(
                                Level.TROUBLE,
                                "our certificate ends 2026-12-01T00:00:00Z: device.pem, subject"
                                        + " CN=pump-17; renew it in time. A new one is taken over"
                                        + " without a restart"));
    }

    @Test
    void two_devices_with_one_client_id_are_one_clear_alarm() { // F25
        assertThat(heard(new ClientEvent.SessionTakenOver("pump-17")))
                .containsExactly(
                        "another client seems to use our client id pump-17: each ends the other's"
                                + " connection. Give each its own (device.id or session.client_id);"
                                + " until then attempts are slow");
    }

    @Test
    void a_client_id_that_a_broker_gave_can_break_no_line() {
        assertThat(heard(new ClientEvent.SessionTakenOver("a\nb")).getFirst())
                .startsWith("another client seems to use our client id a\\nb: each ends");
    }

    @Test
    void a_refused_subscription_is_told_once_a_connection_with_what_to_look_at() {
        String refused =
                "the broker refused the subscription to x/#: not authorized (0x87), asking again%s;"
                        + " may this client read that topic?";
        assertThat(heard(subscription(ReasonCode.NOT_AUTHORIZED, true)))
                .containsExactly(refused.formatted(""));
        for (int i = 0; i < 4; i++) {
            assertThat(heard(subscription(ReasonCode.NOT_AUTHORIZED, true))).isEmpty();
        }
        assertThat(heard(subscription(ReasonCode.NOT_AUTHORIZED, false)))
                .containsExactly(refused.formatted(" when we reconnect"));
        assertThat(heard(subscription(ReasonCode.QUOTA_EXCEEDED, true)))
                .containsExactly(
                        "the broker refused the subscription to x/#: quota exceeded (0x97), asking"
                                + " again");
        heard(CONNECTED);
        assertThat(heard(subscription(ReasonCode.NOT_AUTHORIZED, true))).hasSize(1);
    }

    @Test
    void refused_messages_are_told_at_the_first_and_at_each_tenfold_with_what_to_look_at() {
        ClientEvent refused = new ClientEvent.PublishRefused("x/y", ReasonCode.NOT_AUTHORIZED);
        String sentence =
                "the broker refused a message to x/y: not authorized (0x87); may this client"
                        + " publish there?";
        assertThat(heard(refused)).containsExactly(sentence);
        for (int i = 2; i < 10; i++) {
            assertThat(heard(refused)).isEmpty();
        }
        assertThat(heard(refused)).containsExactly(sentence + " (10 times on this connection)");
        assertThat(heard(new ClientEvent.PublishRefused("x", ReasonCode.QUOTA_EXCEEDED)))
                .containsExactly("the broker refused a message to x: quota exceeded (0x97)");
    }

    @Test
    void reasons_without_end_do_not_fill_the_log() {
        int told = 0;
        for (int i = 0; i < 1_000; i++) {
            told += heard(failed(Kind.BROKEN, "reason " + i)).size();
        }
        assertThat(told).isEqualTo(22); // 20 reasons, and at 100 and at 1000 attempts
    }

    @Test
    void drops_are_told_at_the_first_and_then_at_each_tenfold_and_counted_at_reconnect() {
        assertThat(heard(dropped(1)))
                .containsExactly(
                        "1 message dropped (the outbox is full, the oldest make room), 1 in all");
        for (int total = 2; total < 10; total++) {
            assertThat(heard(dropped(total))).isEmpty();
        }
        assertThat(heard(dropped(10)))
                .containsExactly(
                        "9 messages dropped (the outbox is full, the oldest make room), 10 in all");
        heard(dropped(11));
        heard(dropped(12));
        assertThat(heard(CONNECTED))
                .contains(
                        "2 messages dropped (the outbox is full, the oldest make room) more"
                                + " meanwhile");
    }

    @Test
    void a_lost_session_tells_of_repeated_messages_only_where_there_are_some() {
        String lost = "the broker no longer had our session; subscribing again";
        assertThat(heard(new ClientEvent.SessionLost(0))).containsExactly(lost);
        assertThat(heard(new ClientEvent.SessionLost(1)))
                .containsExactly(
                        lost + ", 1 unfinished message is sent again and may arrive twice");
        assertThat(heard(new ClientEvent.SessionLost(2)))
                .containsExactly(
                        lost + ", 2 unfinished messages are sent again and may arrive twice");
    }

    @Test
    void granted_qos_and_a_lost_connection_are_told() {
        assertThat(heard(new ClientEvent.Subscribed("a/#", Qos.AT_LEAST_ONCE)))
                .containsExactly("subscribed to a/#, granted QoS 1");
        ClientEvent lost =
                new ClientEvent.Disconnected(new ConnectionFailure(Kind.RESET, "it was\nreset"));
        assertThat(narrator.tell(lost))
                .containsExactly(new Line(Level.TROUBLE, "connection lost: it was\\nreset"));
    }

    @Test
    void what_we_end_ourselves_while_closing_is_no_news() {
        narrator.closing();
        assertThat(heard(failed(Kind.ABORTED, "ended by this side"))).isEmpty();
        assertThat(heard(refused())).containsExactly("nobody listens");
    }

    @Test
    void a_client_that_failed_is_told_as_the_end() {
        ClientEvent end = new ClientEvent.Failed(new OutOfMemoryError("Java\nheap"));
        assertThat(narrator.tell(end))
                .containsExactly(
                        new Line(
                                Level.FAILURE,
                                "the MQTT client failed and does nothing any more:"
                                        + " java.lang.OutOfMemoryError: Java\\nheap"));
    }

    @Test
    void a_handler_and_a_broker_can_break_no_line_and_fill_no_log() {
        Throwable cause = new IllegalStateException("a\n\u001b[2J");
        assertThat(heard(new ClientEvent.HandlerFailed("t", cause)))
                .containsExactly(
                        "handling a message from t failed: java.lang.IllegalStateException:"
                                + " a\\n\\u001b[2J");
        String refused = "the broker refused the connection: Banned \"%s\". Ask it";
        assertThat(heard(failed(Kind.CONNECT_REFUSED, refused.formatted("x".repeat(60_000)))))
                .containsExactly(refused.formatted("x".repeat(200) + "..."));
        assertThat(heard(failed(Kind.CONNECT_REFUSED, refused.formatted("x".repeat(200)))))
                .containsExactly(refused.formatted("x".repeat(200)));
    }

    private List<String> heard(ClientEvent event) {
        return narrator.tell(event).stream()
                .filter(line -> line.level() != Level.DETAIL)
                .map(Line::text)
                .toList();
    }

    private static ClientEvent subscription(ReasonCode reason, boolean retrying) {
        return new ClientEvent.SubscriptionRefused("x/#", reason, retrying);
    }

    private ClientEvent refused() {
        return failed(Kind.REFUSED, "nobody listens");
    }

    private ClientEvent failed(Kind kind, String sentence) {
        return new ClientEvent.ConnectFailed(++attempt, new ConnectionFailure(kind, sentence));
    }

    private ClientEvent pause() {
        return new ClientEvent.RetryingIn(Duration.ofMillis(1_500), attempt + 1);
    }

    private static ClientEvent dropped(long total) {
        return new ClientEvent.Dropped(DropCause.OUTBOX_FULL_OLDEST, 1, total);
    }
}
