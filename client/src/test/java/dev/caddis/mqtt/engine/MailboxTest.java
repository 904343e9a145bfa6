package dev.caddis.mqtt.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.engine.Mailbox.Admission;
import dev.caddis.mqtt.engine.Mailbox.Door;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.session.Input;
import dev.caddis.mqtt.session.OutboxBounds;
import dev.caddis.mqtt.session.OutboxBounds.WhenFull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

class MailboxTest {

    private static final Duration LONG = Duration.ofMinutes(5);

    private static Mailbox mailbox(long messages, long bytes, WhenFull whenFull) {
        return new Mailbox(new OutboxBounds(messages, bytes, whenFull), 0);
    }

    private static Publish fleeting() {
        return message(9).withQos(Qos.AT_MOST_ONCE);
    }

    private static Publish message(int payloadBytes) {
        return new Publish(
                "t",
                Bytes.copyOf(new byte[payloadBytes]),
                Qos.AT_LEAST_ONCE,
                false,
                false,
                0,
                Publish.Properties.NONE);
    }

    private static List<Input> take(Mailbox mailbox, long heldMessages, long heldBytes)
            throws InterruptedException {
        return List.copyOf(mailbox.take(System.nanoTime(), heldMessages, heldBytes, true));
    }

    private static Admission submit(Mailbox mailbox) throws InterruptedException {
        return mailbox.submit(message(9), null, Duration.ZERO);
    }

    private record Submitting(Thread thread, AtomicReference<Admission> answer) {
        static Submitting to(Mailbox mailbox) {
            return to(mailbox, message(9));
        }

        static Submitting to(Mailbox mailbox, Publish message) {
            AtomicReference<Admission> answer = new AtomicReference<>();
            Thread thread =
                    Thread.ofPlatform()
                            .daemon()
                            .start(() -> {
                                try {
                                    answer.set(mailbox.submit(message, null, LONG));
                                } catch (InterruptedException e) {
                                    answer.set(new Admission(Door.FULL, -1));
                                }
                            });
            return new Submitting(thread, answer);
        }

        Admission join() throws InterruptedException {
            Patiently.join(thread);
            return answer.get();
        }
    }

    @Test
    void a_whole_batch_is_handed_over_in_order_of_arrival() throws InterruptedException {
        Mailbox mailbox = mailbox(10, 1000, WhenFull.BLOCK);
        mailbox.offer(new Input.Start());
        Admission first = submit(mailbox);
        mailbox.offer(new Input.Tick());
        Admission second = submit(mailbox);
        assertThat(take(mailbox, 0, 0))
                .containsExactly(
                        new Input.Start(),
                        new Input.Submitted(first.sequence(), message(9), null),
                        new Input.Tick(),
                        new Input.Submitted(second.sequence(), message(9), null));
        assertThat(take(mailbox, 0, 0)).isEmpty();
        assertThat(List.of(first.sequence(), second.sequence())).containsExactly(1L, 2L);
        assertThat(mailbox.lastSequence()).isEqualTo(2);
    }

    @Test
    void sequences_go_on_after_those_of_an_earlier_process() throws InterruptedException {
        Mailbox mailbox = new Mailbox(new OutboxBounds(10, 1000, WhenFull.BLOCK), 41);
        assertThat(submit(mailbox).sequence()).isEqualTo(42);
    }

    @Test
    void an_offer_wakes_the_owner() throws InterruptedException {
        Mailbox mailbox = mailbox(10, 1000, WhenFull.BLOCK);
        List<Input> taken = new ArrayList<>();
        Thread owner = takeOnce(mailbox, taken);
        mailbox.offer(new Input.Tick());
        Patiently.join(owner);
        assertThat(taken).containsExactly(new Input.Tick());
    }

    @Test
    void a_wake_ends_the_wait_with_an_empty_batch() throws InterruptedException {
        Mailbox mailbox = mailbox(10, 1000, WhenFull.BLOCK);
        List<Input> taken = new ArrayList<>();
        Thread owner = takeOnce(mailbox, taken);
        mailbox.wake();
        Patiently.join(owner);
        assertThat(taken).isEmpty();
    }

    private static Thread takeOnce(Mailbox mailbox, List<Input> taken) {
        Thread owner =
                Thread.ofPlatform()
                        .daemon()
                        .start(() -> {
                            try {
                                long deadline = System.nanoTime() + LONG.toNanos();
                                taken.addAll(mailbox.take(deadline, 0, 0, true));
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
        Patiently.untilWaiting(owner);
        return owner;
    }

    @Test
    void block_waits_for_room_and_is_let_in() throws InterruptedException {
        Mailbox mailbox = mailbox(2, 1000, WhenFull.BLOCK);
        submit(mailbox);
        submit(mailbox);
        Submitting third = Submitting.to(mailbox);
        Patiently.untilWaiting(third.thread());
        assertThat(take(mailbox, 0, 0)).hasSize(2);
        assertThat(third.answer().get()).as("the session holds two").isNull();
        take(mailbox, 1, 10); // it holds one
        assertThat(third.join()).isEqualTo(new Admission(Door.ADMITTED, 3));
    }

    @Test
    void block_gives_up_at_its_deadline() throws InterruptedException {
        Mailbox mailbox = mailbox(1, 1000, WhenFull.BLOCK);
        submit(mailbox);
        assertThat(mailbox.submit(message(9), null, Duration.ofMillis(1)))
                .isEqualTo(Admission.FULL);
        assertThat(mailbox.lastSequence()).as("no sequence is spent").isEqualTo(1);
    }

    @Test
    void block_ends_when_the_caller_is_interrupted() throws InterruptedException {
        Mailbox mailbox = mailbox(1, 1000, WhenFull.BLOCK);
        submit(mailbox);
        Submitting second = Submitting.to(mailbox);
        Patiently.untilWaiting(second.thread());
        second.thread().interrupt();
        assertThat(second.join().sequence()).isEqualTo(-1);
        assertThat(take(mailbox, 0, 0)).hasSize(1);
    }

    @Test
    void reject_and_drop_newest_refuse_at_once() throws InterruptedException {
        for (WhenFull policy : List.of(WhenFull.REJECT, WhenFull.DROP_NEWEST)) {
            Mailbox mailbox = mailbox(1, 1000, policy);
            assertThat(submit(mailbox).door()).isEqualTo(Door.ADMITTED);
            assertThat(mailbox.submit(message(9), null, LONG)).isEqualTo(Admission.FULL);
        }
    }

    @Test
    void what_the_session_holds_counts() throws InterruptedException {
        Mailbox mailbox = mailbox(3, 1000, WhenFull.REJECT);
        take(mailbox, 2, 20);
        assertThat(submit(mailbox).door()).isEqualTo(Door.ADMITTED);
        assertThat(submit(mailbox).door()).isEqualTo(Door.FULL);
    }

    @Test
    void QoS_0_waits_for_room_only_while_there_is_a_connection() throws InterruptedException {
        Mailbox mailbox = mailbox(2, 1000, WhenFull.BLOCK);
        take(mailbox, 2, 20);
        Submitting waiting = Submitting.to(mailbox, fleeting());
        Patiently.untilWaiting(waiting.thread());
        mailbox.take(System.nanoTime(), 2, 20, false); // the connection is gone
        assertThat(waiting.join().door()).isEqualTo(Door.ADMITTED);
        assertThat(mailbox.submit(fleeting(), null, Duration.ZERO).door()).isEqualTo(Door.ADMITTED);
        assertThat(mailbox.submit(fleeting(), null, Duration.ZERO).door())
                .as("no more may arrive than the outbox may hold")
                .isEqualTo(Door.FULL);
        assertThat(submit(mailbox).door()).as("QoS 1 is kept").isEqualTo(Door.FULL);
    }

    @Test
    void bytes_are_a_bound_as_well_and_one_large_message_finds_room() throws InterruptedException {
        Mailbox mailbox = mailbox(100, 50, WhenFull.REJECT);
        assertThat(mailbox.submit(message(500), null, Duration.ZERO).door())
                .isEqualTo(Door.ADMITTED);
        assertThat(submit(mailbox).door()).isEqualTo(Door.FULL);
    }

    @Test
    void drop_oldest_lets_everybody_in_whatever_the_session_holds() throws InterruptedException {
        Mailbox mailbox = mailbox(2, 1000, WhenFull.DROP_OLDEST);
        take(mailbox, 1000, 10_000);
        assertThat(submit(mailbox).door()).isEqualTo(Door.ADMITTED);
    }

    @Test
    void drop_oldest_waits_only_until_the_owner_has_taken_what_arrived()
            throws InterruptedException {
        Mailbox mailbox = mailbox(1, 1000, WhenFull.DROP_OLDEST);
        submit(mailbox);
        Submitting second = Submitting.to(mailbox);
        Patiently.untilWaiting(second.thread());
        take(mailbox, 1000, 10_000);
        assertThat(second.join().sequence()).isEqualTo(2);
    }

    @Test
    void a_closed_door_refuses_those_who_wait_and_those_who_come() throws InterruptedException {
        Mailbox mailbox = mailbox(1, 1000, WhenFull.BLOCK);
        submit(mailbox);
        Submitting waiting = Submitting.to(mailbox);
        Patiently.untilWaiting(waiting.thread());
        mailbox.close();
        assertThat(waiting.join()).isEqualTo(Admission.CLOSED);
        assertThat(submit(mailbox)).isEqualTo(Admission.CLOSED);
    }

    @ParameterizedTest
    @EnumSource(WhenFull.class)
    void a_caller_that_is_faster_than_the_owner_waits_for_it_whatever_the_policy(WhenFull whenFull)
            throws InterruptedException {
        Mailbox mailbox = mailbox(Long.MAX_VALUE, Long.MAX_VALUE, whenFull);
        for (int i = 0; i < Mailbox.ARRIVING_MESSAGES_MAX; i++) {
            assertThat(submit(mailbox).door()).isEqualTo(Door.ADMITTED);
        }
        assertThat(submit(mailbox).door()).as("without patience").isEqualTo(Door.FULL);

        Submitting patient = Submitting.to(mailbox);
        Patiently.untilWaiting(patient.thread());
        assertThat(take(mailbox, Long.MAX_VALUE - Long.MAX_VALUE / 16, 0))
                .hasSize(Mailbox.ARRIVING_MESSAGES_MAX);
        assertThat(patient.join().door()).isEqualTo(Door.ADMITTED);
    }

    @Test
    void what_has_arrived_is_bounded_in_bytes_too_and_a_message_larger_than_that_comes_in_alone()
            throws InterruptedException {
        Mailbox mailbox = mailbox(Long.MAX_VALUE, Long.MAX_VALUE, WhenFull.BLOCK);
        Publish large = message((int) Mailbox.ARRIVING_BYTES_MAX + 1);
        assertThat(mailbox.submit(large, null, Duration.ZERO).door()).isEqualTo(Door.ADMITTED);
        assertThat(submit(mailbox).door()).isEqualTo(Door.FULL);
        take(mailbox, 0, 0);
        assertThat(submit(mailbox).door()).isEqualTo(Door.ADMITTED);
    }
}
