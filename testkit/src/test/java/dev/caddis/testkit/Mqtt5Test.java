package dev.caddis.testkit;

import static dev.caddis.mqtt.packet.Qos.AT_LEAST_ONCE;
import static dev.caddis.mqtt.packet.Qos.AT_MOST_ONCE;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder;
import dev.caddis.mqtt.event.ClientEvent.ClientIdAssigned;
import dev.caddis.mqtt.packet.Connect;
import dev.caddis.mqtt.packet.Subscribe;

import org.junit.jupiter.api.Test;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// What MQTT 5 has and 3.1.1 has not, in exact bytes.
class Mqtt5Test extends BrokerTest {

    private final BlockingQueue<String> handled = new LinkedBlockingQueue<>();

    private MqttClientBuilder modern() {
        return builder().topicAliases(10, 10).subscriptionIdentifiers(true);
    }

    private String nextHandled() throws InterruptedException {
        String next = handled.poll(SOON.toSeconds(), TimeUnit.SECONDS);
        assertThat(next).as("a handled message").isNotNull();
        return next;
    }

    @Test
    void a_topic_is_written_once_a_connection_and_then_its_alias() { // F23
        MqttClient client = open(modern());
        BrokerConnection c = accept(Packets.accepting().topicAliasMaximum(5).build());
        client.submit(Message.of("long/topic", "1"));
        client.submit(Message.of("long/topic", "2"));
        c.expectBytes("30 11 000A 6C6F6E672F746F706963 03 230001 31");
        c.expectBytes("30 07 0000 03 230001 32");
    }

    @Test
    void an_alias_of_the_broker_stands_for_its_topic() throws InterruptedException {
        open(modern().defaultHandler(delivery -> handled.add(delivery.topic())));
        BrokerConnection c = acceptNew();
        c.sendBytes("30 0A 0003 612F62 03 23000A 31");
        c.sendBytes("30 07 0000 03 23000A 32");
        assertThat(nextHandled()).isEqualTo("a/b");
        assertThat(nextHandled()).isEqualTo("a/b");
    }

    @Test
    void a_copy_reaches_the_handlers_it_was_sent_for_and_no_other() throws InterruptedException {
        open(
                modern().subscribe("a/#", AT_LEAST_ONCE, delivery -> handled.add("a/#"))
                        .subscribe("a/b", AT_LEAST_ONCE, delivery -> handled.add("a/b")));
        BrokerConnection c = acceptNew();
        c.expectBytes("82 0B 0001 02 0B01 0003 612F23 01");
        c.expectBytes("82 0B 0002 02 0B02 0003 612F62 01");
        c.sendBytes("90 04 0001 00 01");
        c.sendBytes("90 04 0002 00 01");
        c.sendBytes("30 08 0003 612F62 02 0B02");
        assertThat(nextHandled()).isEqualTo("a/b");
        c.sendBytes("30 08 0003 612F62 02 0B01");
        assertThat(nextHandled()).isEqualTo("a/#");
    }

    @Test
    void a_message_that_came_by_a_subscription_is_published_without_its_identifier()
            throws InterruptedException { // [MQTT-3.3.4-6]
        var client = new java.util.concurrent.CompletableFuture<MqttClient>();
        client.complete(
                open(
                        modern().subscribe(
                                        "a/b",
                                        AT_MOST_ONCE,
                                        delivery -> {
                                            client.join().submit(delivery.message());
                                            handled.add("sent on");
                                        })));
        BrokerConnection c = acceptNew();
        c.send(Packets.suback(c.expect(Subscribe.class)));
        c.sendBytes("30 08 0003 612F62 02 0B01");
        assertThat(nextHandled()).isEqualTo("sent on");
        c.expectBytes("30 06 0003 612F62 00");
    }

    @Test
    void the_identifier_a_broker_assigns_is_used_from_then_on() {
        open(builder().clientId(""));
        BrokerConnection c = accept(Packets.accepting().assignedClientId("auto-17").build());
        assertThat(events.next(ClientIdAssigned.class).clientId()).isEqualTo("auto-17");
        c.close();
        BrokerConnection d = broker.accept();
        assertThat(d.expect(Connect.class).clientId()).isEqualTo("auto-17");
    }
}
