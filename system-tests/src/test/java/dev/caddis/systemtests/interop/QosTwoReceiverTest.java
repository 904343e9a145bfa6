package dev.caddis.systemtests.interop;

import static dev.caddis.mqtt.codec.Sender.CLIENT;
import static dev.caddis.mqtt.codec.Sender.SERVER;
import static dev.caddis.mqtt.packet.Qos.EXACTLY_ONCE;
import static dev.caddis.mqtt.packet.ReasonCode.SUCCESS;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.packet.Pubcomp;
import dev.caddis.mqtt.packet.Pubrec;
import dev.caddis.testkit.Packets;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

class QosTwoReceiverTest {
    private static final List<Seen> REPEATED_AFTER_THE_CUT =
            List.of(publish(1, 7, "a"), pubrec(1, 7), publish(2, 7, "a"), pubrec(2, 7));
    private static final List<Seen> ANOTHER_AFTER_PUBCOMP =
            List.of(
                    publish(1, 7, "a"),
                    pubrec(1, 7),
                    pubrel(1, 7),
                    pubcomp(1, 7),
                    publish(2, 7, "a"),
                    pubrec(2, 7));

    @Test
    void a_message_repeated_by_the_broker_is_handed_over_once_or_the_client_is_blamed() {
        assertThat(fault(REPEATED_AFTER_THE_CUT, "a")).isEmpty();
        assertThat(fault(REPEATED_AFTER_THE_CUT, "a", "a"))
                .hasValueSatisfying(text -> assertThat(text).contains("never came"));
    }

    @Test
    void a_message_that_the_broker_sends_again_after_PUBCOMP_is_its_fault() {
        assertThat(fault(ANOTHER_AFTER_PUBCOMP, "a", "a")).isEmpty();
        assertThat(fault(ANOTHER_AFTER_PUBCOMP, "a", "b"))
                .hasValueSatisfying(text -> assertThat(text).contains("where a new message came"));
    }

    @Test
    void
            a_message_that_the_broker_sends_again_between_PUBREL_and_PUBCOMP_is_its_fault_either_way() {
        List<Seen> wire =
                List.of(
                        publish(1, 7, "a"),
                        pubrec(1, 7),
                        pubrel(1, 7),
                        publish(2, 7, "a"),
                        pubrec(2, 7),
                        publish(2, 8, "b"));
        assertThat(fault(wire, "a", "b")).isEmpty();
        assertThat(fault(wire, "a", "a", "b")).isEmpty();
    }

    @Test
    void a_message_that_never_came_is_the_brokers_fault_and_one_that_came_the_clients() {
        List<Seen> wire = List.of(publish(1, 7, "a"), publish(1, 8, "b"), publish(1, 9, "c"));
        assertThat(fault(wire, "a", "b", "c")).isEmpty();
        assertThat(fault(wire, "a", "c"))
                .hasValueSatisfying(text -> assertThat(text).contains("where a new message came"));
    }

    @Test
    void what_comes_after_the_last_message_is_not_judged() {
        assertThat(fault(List.of(publish(1, 7, "a"), publish(1, 8, "b")), "a")).isEmpty();
    }

    @Test
    void a_session_that_the_broker_forgot_makes_every_message_new() {
        List<Seen> wire =
                List.of(
                        publish(1, 7, "a"),
                        new Seen(2, SERVER, Packets.connack(false, SUCCESS)),
                        publish(2, 7, "b"));
        assertThat(fault(wire, "a", "b")).isEmpty();
    }

    @Test
    void an_answer_to_what_did_not_come_on_the_connection_is_blamed() {
        List<Seen> pubrec = List.of(publish(1, 7, "a"), pubrec(2, 7), publish(2, 8, "b"));
        assertThat(fault(pubrec, "a", "b"))
                .hasValueSatisfying(text -> assertThat(text).contains("PUBREC without PUBLISH"));
        List<Seen> pubcomp =
                List.of(publish(1, 7, "a"), pubrec(1, 7), pubcomp(1, 7), publish(1, 8, "b"));
        assertThat(fault(pubcomp, "a", "b"))
                .hasValueSatisfying(text -> assertThat(text).contains("PUBCOMP without PUBREL"));
        List<Seen> late =
                List.of(publish(1, 7, "a"), pubrel(1, 7), pubcomp(2, 7), publish(2, 8, "b"));
        assertThat(fault(late, "a", "b")).isPresent();
    }

    @Test
    void a_PUBREL_that_the_broker_repeats_is_answered_twice() {
        List<Seen> wire =
                List.of(
                        publish(1, 7, "a"),
                        pubrec(1, 7),
                        pubrel(1, 7),
                        pubrel(1, 7),
                        pubcomp(1, 7),
                        publish(1, 7, "b"),
                        pubcomp(1, 7),
                        publish(2, 7, "b"),
                        publish(2, 8, "c"));
        assertThat(fault(wire, "a", "b", "c")).isEmpty();
    }

    private static Optional<String> fault(List<Seen> wire, String... handled) {
        return QosTwoReceiver.fault(wire, List.of(handled));
    }

    private static Seen publish(int connection, int id, String text) {
        return new Seen(connection, SERVER, Packets.publish(id, EXACTLY_ONCE, "t", text));
    }

    private static Seen pubrec(int connection, int id) {
        return new Seen(connection, CLIENT, new Pubrec(id, SUCCESS));
    }

    private static Seen pubrel(int connection, int id) {
        return new Seen(connection, SERVER, Packets.pubrel(id));
    }

    private static Seen pubcomp(int connection, int id) {
        return new Seen(connection, CLIENT, new Pubcomp(id, SUCCESS));
    }
}
