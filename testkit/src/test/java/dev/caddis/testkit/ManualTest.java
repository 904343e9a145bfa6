package dev.caddis.testkit;

import static dev.caddis.mqtt.packet.Qos.AT_LEAST_ONCE;
import static dev.caddis.mqtt.packet.Qos.EXACTLY_ONCE;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.Acknowledger;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.WhenHandlerLate;
import dev.caddis.mqtt.event.ClientEvent.HandlerLate;
import dev.caddis.mqtt.packet.Puback;
import dev.caddis.mqtt.packet.Pubcomp;
import dev.caddis.mqtt.packet.Pubrec;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.Subscribe;
import dev.caddis.mqtt.packet.SubscriptionOptions;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Messages that the application acknowledges itself.
class ManualTest extends BrokerTest {

    private final BlockingQueue<Acknowledger> delivered = new LinkedBlockingQueue<>();

    private Acknowledger next() throws InterruptedException {
        Acknowledger next = delivered.poll(SOON.toSeconds(), TimeUnit.SECONDS);
        assertThat(next).as("a delivered message").isNotNull();
        return next;
    }

    private MqttClient subscriber(WhenHandlerLate whenLate, Duration deadline) {
        return open(
                builder()
                        .handlerDeadline(deadline, whenLate)
                        .subscribeManually(
                                "a",
                                SubscriptionOptions.of(EXACTLY_ONCE),
                                (delivery, acknowledger) -> delivered.add(acknowledger)));
    }

    private BrokerConnection subscribed() {
        BrokerConnection c = acceptNew();
        c.send(Packets.suback(c.expect(Subscribe.class)));
        return c;
    }

    private BrokerConnection connected(WhenHandlerLate whenLate, Duration deadline) {
        subscriber(whenLate, deadline);
        return subscribed();
    }

    private static Puback puback(int id) {
        return new Puback(id, ReasonCode.SUCCESS);
    }

    @Test
    void acknowledgements_keep_the_order_of_arrival_whoever_is_done_first() throws Exception {
        BrokerConnection c = connected(WhenHandlerLate.TELL, SOON); // [MQTT-4.6.0-2]
        c.send(Packets.publish(1, AT_LEAST_ONCE, "a", "one"));
        c.send(Packets.publish(2, AT_LEAST_ONCE, "a", "two"));
        Acknowledger one = next();
        Acknowledger two = next();
        assertThat(two.acknowledge()).isEqualTo(Acknowledger.Result.ACKNOWLEDGED);
        assertThat(one.acknowledge()).isEqualTo(Acknowledger.Result.ACKNOWLEDGED);
        c.expect(puback(1));
        c.expect(puback(2));
    }

    @Test
    void a_QoS_2_message_is_completed_when_it_is_acknowledged() throws Exception {
        BrokerConnection c = connected(WhenHandlerLate.TELL, SOON);
        c.send(Packets.publish(7, EXACTLY_ONCE, "a", "one"));
        c.expect(new Pubrec(7, ReasonCode.SUCCESS));
        c.send(Packets.pubrel(7));
        next().acknowledge();
        c.expect(new Pubcomp(7, ReasonCode.SUCCESS));
    }

    @Test
    void a_handle_of_a_connection_that_is_gone_is_stale_and_the_message_comes_again()
            throws Exception { // F13
        BrokerConnection c = connected(WhenHandlerLate.TELL, SOON);
        c.send(Packets.publish(1, AT_LEAST_ONCE, "a", "one"));
        Acknowledger old = next();
        c.close();
        BrokerConnection d = acceptResumed();
        assertThat(old.acknowledge()).isEqualTo(Acknowledger.Result.STALE);
        d.send(Packets.publish(9, AT_LEAST_ONCE, "a", "one"));
        assertThat(next().acknowledge()).isEqualTo(Acknowledger.Result.ACKNOWLEDGED);
        d.expect(puback(9));
    }

    @Test
    void a_forgotten_message_holds_nothing_back_by_the_policy_acknowledge()
            throws Exception { // F14
        BrokerConnection c = connected(WhenHandlerLate.ACKNOWLEDGE, Duration.ofMillis(1));
        c.send(Packets.publish(1, AT_LEAST_ONCE, "a", "one"));
        c.expect(puback(1));
        assertThat(events.next(HandlerLate.class).topic()).isEqualTo("a");
        next().acknowledge(); // late, and without effect
        c.send(Packets.publish(2, AT_LEAST_ONCE, "a", "two"));
        c.expect(puback(2));
    }

    @Test
    void forgotten_messages_that_were_acknowledged_take_no_room() throws Exception { // F14
        MqttClient client = subscriber(WhenHandlerLate.ACKNOWLEDGE, Duration.ofMillis(1));
        BrokerConnection c = subscribed();
        for (int id = 1; id <= 3; id++) {
            c.send(Packets.publish(id, AT_LEAST_ONCE, "a", "forgotten"));
            next();
            c.expect(puback(id));
        }
        assertThat(client.status().waitingForHandlers())
                .as("the handler of the third alone may still be on its way out")
                .isLessThanOrEqualTo(1);
    }

    @Test
    void what_waits_for_its_acknowledgement_is_counted() throws Exception { // F14
        MqttClient client = subscriber(WhenHandlerLate.TELL, SOON);
        BrokerConnection c = subscribed();
        c.send(Packets.publish(1, AT_LEAST_ONCE, "a", "one"));
        Acknowledger one = next();
        assertThat(client.status().waitingForHandlers()).isEqualTo(1);
        one.acknowledge();
        c.expect(puback(1));
        assertThat(client.status().waitingForHandlers()).isZero();
    }
}
