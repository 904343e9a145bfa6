package dev.caddis.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.packet.Puback;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.testkit.BrokerConnection;
import dev.caddis.testkit.ScriptedBroker;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// What `pub` and `sub` say when the broker does not let them.
@Timeout(60)
class RefusedTest {

    @Test
    void a_refused_message_ends_pub_with_1_and_what_to_look_at() throws Exception {
        try (ScriptedBroker broker = ScriptedBroker.listen()) {
            CompletableFuture<Caddis> pub =
                    CompletableFuture.supplyAsync(() ->
                            Caddis.run(
                                    "pub",
                                    "--broker",
                                    broker.url(),
                                    "--mqtt",
                                    "5",
                                    "-t",
                                    "x/y",
                                    "-q",
                                    "1",
                                    "-m",
                                    "hello"));
            BrokerConnection c = broker.accept();
            c.welcome();
            c.send(new Puback(c.expect(Publish.class).packetId(), ReasonCode.NOT_AUTHORIZED));
            Caddis ended = pub.get(30, TimeUnit.SECONDS);
            assertThat(ended.exitCode()).isEqualTo(1);
            assertThat(ended.err().lines())
                    .contains(
                            "caddis: the broker refused a message to x/y: not authorized (0x87);"
                                    + " may this client publish there?",
                            "caddis: published 1, acknowledged 0, refused 1, dropped 0",
                            "caddis: the first failure: the broker refused message 1: not"
                                    + " authorized (0x87); may this client publish there?");
        }
    }

    @Test
    void a_refusal_that_ends_sub_is_not_said_to_be_tried_again() {
        StringWriter err = new StringWriter();
        ConnectionWatch watch = new ConnectionWatch(new PrintWriter(err), true);
        watch.accept(refused(true));
        watch.accept(refused(true));
        watch.accept(refused(false));
        watch.accept(new ClientEvent.SubscriptionUnanswered("x/#", false));
        assertThat(err.toString().lines())
                .containsExactly(
                        "caddis: the broker refused the subscription to x/#: not authorized (0x87),"
                                + " asking again; may this client read that topic?");
    }

    private static ClientEvent refused(boolean retrying) {
        return new ClientEvent.SubscriptionRefused("x/#", ReasonCode.NOT_AUTHORIZED, retrying);
    }
}
