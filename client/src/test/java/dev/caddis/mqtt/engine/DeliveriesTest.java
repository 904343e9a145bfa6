package dev.caddis.mqtt.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.event.DropCause;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.TopicFilter;
import dev.caddis.mqtt.session.Input;
import dev.caddis.mqtt.session.TestTickets;
import dev.caddis.mqtt.session.Ticket;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

class DeliveriesTest {

    private final List<Input> owner = Collections.synchronizedList(new ArrayList<>());
    private final List<ClientEvent> told = Collections.synchronizedList(new ArrayList<>());
    private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch release = new CountDownLatch(1);
    private final Deliveries deliveries = new Deliveries(owner::add, told::add, () -> 1, null);

    @AfterEach
    void release_what_is_stuck() {
        release.countDown();
    }

    private static Publish message(String topic, Qos qos, Bytes payload) {
        return new Publish(topic, payload, qos, false, false, 0, Publish.Properties.NONE);
    }

    private static Publish message(String topic, String payload) {
        return message(topic, Qos.AT_LEAST_ONCE, Bytes.utf8(payload));
    }

    private static Ticket ticket() {
        return TestTickets.ticket(1, Qos.AT_LEAST_ONCE);
    }

    private void see(Publish message) {
        seen.add(message.topic() + "=" + message.payload().asUtf8());
    }

    private void stuck(Publish message) throws InterruptedException {
        Patiently.await(release);
        see(message);
    }

    private void bind(String filter, Handler handler) {
        deliveries.put(new TopicFilter(filter), ManualHandler.of(handler));
    }

    private void untilHandled(int count) {
        Patiently.until(() -> owner.size() == count);
    }

    @Test
    void a_message_is_handled_in_order_and_reported_when_its_handler_is_done() {
        bind("a", this::see);
        List<Input> expected = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            Ticket ticket = ticket();
            expected.add(new Input.Handled(ticket));
            assertThat(deliveries.deliver(message("a", "" + i), ticket, List.of())).isTrue();
        }
        untilHandled(1_000);
        assertThat(owner).isEqualTo(expected);
        assertThat(seen).isEqualTo(IntStream.range(0, 1_000).mapToObj(i -> "a=" + i).toList());
    }

    @Test
    void a_slow_handler_holds_up_nothing_but_its_own_subscription() { // F14
        bind("slow", this::stuck);
        bind("fast", this::see);
        deliveries.deliver(message("slow", "1"), ticket(), List.of());
        deliveries.deliver(message("fast", "2"), ticket(), List.of());
        untilHandled(1);
        assertThat(seen).containsExactly("fast=2");
    }

    @Test
    void a_message_goes_once_to_every_matching_handler_and_is_reported_after_the_last() {
        bind("a/#", this::stuck);
        bind("a/+", this::see);
        bind("other", this::see);
        Ticket ticket = ticket();
        deliveries.deliver(message("a/b", "x"), ticket, List.of());
        Patiently.until(() -> seen.size() == 1);
        assertThat(owner).isEmpty();
        release.countDown();
        untilHandled(1);
        assertThat(owner).containsExactly(new Input.Handled(ticket));
        assertThat(seen).containsExactly("a/b=x", "a/b=x");
    }

    @Test
    void a_handler_that_throws_is_told_and_its_message_acknowledged() { // F15
        IOException failure = new IOException("no");
        bind(
                "a",
                message -> {
                    throw failure;
                });
        deliveries.deliver(message("a", "1"), ticket(), List.of());
        bind("a", this::see);
        untilHandled(1);
        deliveries.deliver(message("a", "2"), ticket(), List.of());
        untilHandled(2);
        assertThat(seen).endsWith("a=2");
    }

    @Test
    void an_error_in_a_handler_does_not_end_its_thread() { // F15
        bind(
                "a",
                message -> {
                    see(message);
                    throw new StackOverflowError();
                });
        deliveries.deliver(message("a", "1"), ticket(), List.of());
        deliveries.deliver(message("a", "2"), ticket(), List.of());
        untilHandled(2);
        assertThat(seen).containsExactly("a=1", "a=2");
        assertThat(told)
                .hasSize(2)
                .allSatisfy(
                        event -> assertThat(event).isInstanceOf(ClientEvent.HandlerFailed.class));
    }

    @Test
    void what_no_handler_matches_is_acknowledged_and_counted() { // F12
        Ticket ticket = ticket();
        assertThat(deliveries.deliver(message("nobody", "x"), ticket, List.of())).isTrue();
        assertThat(
                        deliveries.deliver(
                                message("nobody", Qos.AT_MOST_ONCE, Bytes.EMPTY), null, List.of()))
                .isTrue();
        assertThat(owner).containsExactly(new Input.Handled(ticket));
        assertThat(deliveries.unmatched()).isEqualTo(2);
    }

    @Test
    void what_no_handler_matches_goes_to_the_default_handler() { // F12
        Deliveries withDefault = new Deliveries(owner::add, told::add, () -> 1, this::see);
        withDefault.put(new TopicFilter("a"), ManualHandler.of(this::see));
        withDefault.deliver(message("nobody", "x"), ticket(), List.of());
        untilHandled(1);
        assertThat(seen).containsExactly("nobody=x");
        assertThat(withDefault.unmatched()).isZero();
    }

    @Test
    void too_much_qos_1_ends_the_connection_and_too_much_qos_0_is_dropped_and_told() { // law 4
        bind("slow", this::stuck);
        Bytes half = Bytes.wrap(new byte[(int) (Deliveries.MAX_BYTES / 2)]);
        assertThat(
                        deliveries.deliver(
                                message("slow", Qos.AT_LEAST_ONCE, half), ticket(), List.of()))
                .isTrue();
        assertThat(
                        deliveries.deliver(
                                message("slow", Qos.AT_LEAST_ONCE, half), ticket(), List.of()))
                .isFalse();
        assertThat(deliveries.deliver(message("slow", Qos.AT_MOST_ONCE, half), null, List.of()))
                .isTrue();
        assertThat(told)
                .containsExactly(new ClientEvent.Dropped(DropCause.INCOMING_OVERFLOW, 1, 1));
        release.countDown();
        untilHandled(1);
        assertThat(seen).hasSize(1);
        assertThat(
                        deliveries.deliver(
                                message("slow", Qos.AT_LEAST_ONCE, half), ticket(), List.of()))
                .as("there is room again")
                .isTrue();
    }

    @Test
    void too_much_qos_2_ends_the_connection_but_the_message_keeps_its_handler() { // F08
        bind("slow", this::stuck);
        Bytes half = Bytes.wrap(new byte[(int) (Deliveries.MAX_BYTES / 2)]);
        deliveries.deliver(message("slow", Qos.AT_LEAST_ONCE, half), ticket(), List.of());
        Ticket kept = TestTickets.ticket(2, Qos.EXACTLY_ONCE);
        assertThat(deliveries.deliver(message("slow", Qos.EXACTLY_ONCE, half), kept, List.of()))
                .isFalse();
        release.countDown();
        untilHandled(2);
        assertThat(owner).endsWith(new Input.Handled(kept));
    }

    @Test
    void a_message_that_was_given_up_is_let_go_once_its_handler_returns_from_it() { // F14
        deliveries.put(new TopicFilter("a"), (message, pending) -> stuck(message));
        Ticket ticket = TestTickets.ticket(1, Qos.EXACTLY_ONCE);
        deliveries.deliver(message("a", Qos.EXACTLY_ONCE, Bytes.utf8("1")), ticket, List.of());
        ticket.giveUp();
        assertThat(owner).isEmpty();
        assertThat(deliveries.waiting()).isEqualTo(1);
        release.countDown();
        untilHandled(1);
        assertThat(owner).containsExactly(new Input.LetGo(ticket));
        assertThat(deliveries.waiting()).isZero();
    }

    @Test
    void qos_0_is_bounded_in_number_too() {
        bind("slow", this::stuck);
        for (int i = 0; i < Deliveries.MAX_FLEETING + 3; i++) {
            deliveries.deliver(message("slow", Qos.AT_MOST_ONCE, Bytes.EMPTY), null, List.of());
        }
        assertThat(told).hasSize(3);
        assertThat(told).endsWith(new ClientEvent.Dropped(DropCause.INCOMING_OVERFLOW, 1, 3));
    }

    @Test
    void a_removed_handler_finishes_what_it_has_and_gets_no_more() {
        bind("a", this::stuck);
        deliveries.deliver(message("a", "1"), ticket(), List.of());
        deliveries.unwant("a");
        assertThat(deliveries.remove("a")).isTrue();
        deliveries.deliver(message("a", "2"), ticket(), List.of());
        assertThat(deliveries.unmatched()).isEqualTo(1);
        release.countDown();
        untilHandled(2);
        assertThat(seen).containsExactly("a=1");
    }

    @Test
    void a_handler_bound_again_survives_the_end_of_the_earlier_subscription() { // F12
        bind("a", this::stuck);
        deliveries.unwant("a");
        bind("a", this::see);
        assertThat(deliveries.remove("a")).as("UNSUBACK of the earlier one").isFalse();
        deliveries.deliver(message("a", "x"), ticket(), List.of());
        untilHandled(1);
        assertThat(seen).containsExactly("a=x");
    }
}
