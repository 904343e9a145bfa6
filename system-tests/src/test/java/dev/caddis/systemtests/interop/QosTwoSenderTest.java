package dev.caddis.systemtests.interop;

import static dev.caddis.mqtt.codec.Sender.CLIENT;
import static dev.caddis.mqtt.codec.Sender.SERVER;
import static dev.caddis.mqtt.packet.Qos.EXACTLY_ONCE;
import static dev.caddis.mqtt.packet.ReasonCode.SUCCESS;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.Pubcomp;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Pubrec;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.testkit.Packets;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

class QosTwoSenderTest {
    private static final Seen RESUMED = broker(2, Packets.connack(true, SUCCESS));
    private static final Seen FORGOTTEN = broker(2, Packets.connack(false, SUCCESS));

    @Test
    void each_exchange_resumed_where_it_stopped_is_all_right() {
        assertThat(
                        fault(
                                publish(1, 7, "a"),
                                publish(1, 8, "b"),
                                pubrec(1, 8),
                                pubrel(1, 8),
                                RESUMED,
                                again(2, 7, "a"),
                                pubrel(2, 8),
                                pubcomp(2, 8),
                                pubrec(2, 7),
                                pubrel(2, 7),
                                pubcomp(2, 7),
                                publish(2, 7, "c"),
                                pubrec(2, 7),
                                pubrel(2, 7),
                                pubcomp(2, 7)))
                .isEmpty();
    }

    @Test
    void a_PUBREC_that_crosses_the_repeated_PUBLISH_blames_nobody() {
        assertThat(
                        fault(
                                publish(1, 7, "a"),
                                RESUMED,
                                pubrec(2, 7),
                                again(2, 7, "a"),
                                pubrel(2, 7),
                                pubcomp(2, 7)))
                .isEmpty();
    }

    @Test
    void a_session_that_the_broker_forgot_begins_anew() {
        assertThat(fault(publish(1, 7, "a"), FORGOTTEN, publish(2, 1, "a"))).isEmpty();
    }

    @Test
    void a_message_published_under_a_new_identifier_is_blamed() {
        assertThat(fault(publish(1, 7, "a"), RESUMED, publish(2, 8, "a")))
                .hasValueSatisfying(text -> assertThat(text).contains("as a new message"));
    }

    @Test
    void a_finished_message_published_again_is_blamed() {
        assertThat(
                        fault(
                                publish(1, 7, "a"),
                                pubrec(1, 7),
                                pubrel(1, 7),
                                pubcomp(1, 7),
                                RESUMED,
                                again(2, 7, "a")))
                .hasValueSatisfying(text -> assertThat(text).contains("as a new message"));
    }

    @Test
    void a_message_repeated_without_DUP_is_blamed() {
        assertThat(fault(publish(1, 7, "a"), RESUMED, publish(2, 7, "a")))
                .hasValueSatisfying(text -> assertThat(text).contains("without DUP"));
    }

    @Test
    void a_message_repeated_on_the_same_connection_is_blamed() {
        assertThat(fault(publish(1, 7, "a"), again(1, 7, "a")))
                .hasValueSatisfying(text -> assertThat(text).contains("twice on one connection"));
    }

    @Test
    void a_message_repeated_after_the_PUBREC_of_an_earlier_connection_is_blamed() {
        assertThat(fault(publish(1, 7, "a"), pubrec(1, 7), RESUMED, again(2, 7, "a")))
                .hasValueSatisfying(text -> assertThat(text).contains("after PUBREC"));
    }

    @Test
    void a_message_repeated_after_PUBREL_is_blamed() {
        assertThat(fault(publish(1, 7, "a"), RESUMED, pubrec(2, 7), pubrel(2, 7), again(2, 7, "a")))
                .isPresent();
    }

    @Test
    void an_identifier_in_use_given_to_another_message_is_blamed() {
        assertThat(fault(publish(1, 7, "a"), RESUMED, again(2, 7, "b")))
                .hasValueSatisfying(text -> assertThat(text).contains("the identifier of \"a\""));
    }

    @Test
    void a_PUBREL_before_PUBREC_is_blamed() {
        assertThat(fault(publish(1, 7, "a"), pubrel(1, 7)))
                .hasValueSatisfying(text -> assertThat(text).contains("PUBREL without PUBREC"));
    }

    @Test
    void a_message_called_delivered_before_its_PUBCOMP_is_blamed() {
        List<Seen> wire = List.of(publish(1, 7, "a"), pubrec(1, 7), pubrel(1, 7));
        assertThat(QosTwoSender.fault(wire, List.of("a")))
                .hasValueSatisfying(text -> assertThat(text).contains("before PUBCOMP"));
        assertThat(QosTwoSender.fault(wire, List.of())).isEmpty();
        List<Seen> early = List.of(publish(1, 7, "a"), pubrec(1, 7), pubcomp(1, 7));
        assertThat(QosTwoSender.fault(early, List.of("a"))).isPresent();
    }

    @Test
    void a_message_called_delivered_that_the_broker_refused_is_blamed() {
        List<Seen> wire =
                List.of(
                        publish(1, 7, "a"),
                        broker(1, new Pubrec(7, ReasonCode.NOT_AUTHORIZED)),
                        pubcomp(1, 7));
        assertThat(QosTwoSender.fault(wire, List.of("a"))).isPresent();
    }

    /// Of a client that calls delivered what was confirmed to it.
    private static Optional<String> fault(Seen... wire) {
        List<String> confirmed =
                List.of(wire).stream().anyMatch(seen -> seen.packet() instanceof Pubcomp)
                        ? List.of("a")
                        : List.of();
        return QosTwoSender.fault(List.of(wire), confirmed);
    }

    private static Seen publish(int connection, int id, String text) {
        return client(connection, Packets.publish(id, EXACTLY_ONCE, "t", text));
    }

    private static Seen again(int connection, int id, String text) {
        Publish first = Packets.publish(id, EXACTLY_ONCE, "t", text);
        return client(connection, first.withDelivery(id, true));
    }

    private static Seen pubrec(int connection, int id) {
        return broker(connection, new Pubrec(id, SUCCESS));
    }

    private static Seen pubrel(int connection, int id) {
        return client(connection, Packets.pubrel(id));
    }

    private static Seen pubcomp(int connection, int id) {
        return broker(connection, new Pubcomp(id, SUCCESS));
    }

    private static Seen client(int connection, Packet packet) {
        return new Seen(connection, CLIENT, packet);
    }

    private static Seen broker(int connection, Packet packet) {
        return new Seen(connection, SERVER, packet);
    }
}
