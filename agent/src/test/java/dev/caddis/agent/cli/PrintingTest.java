package dev.caddis.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.agent.cli.Printing.Ending;
import dev.caddis.mqtt.Delivery;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

class PrintingTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void it_ends_after_as_many_messages_as_were_asked_for() throws InterruptedException {
        Printing printing = new Printing(out, MessageFormat.plain(false), 2);
        printing.print(message("one"), () -> {});
        printing.print(message("two"), () -> {});
        printing.print(message("three"), () -> {});
        assertThat(printing.await(null)).isInstanceOf(Ending.CountReached.class);
        assertThat(printed()).isEqualTo("one\ntwo\n");
        assertThat(printing.printed()).isEqualTo(2);
    }

    @Test
    void it_ends_at_the_timeout_and_prints_nothing_more() throws InterruptedException {
        Printing printing = new Printing(out, MessageFormat.plain(true), 2);
        printing.print(message("one"), () -> {});
        assertThat(printing.await(Duration.ofMillis(1))).isInstanceOf(Ending.TimeOver.class);
        printing.print(message("late"), () -> {});
        assertThat(printed()).isEqualTo("pump/data one\n");
    }

    @Test
    void a_reader_that_has_enough_is_no_failure_and_a_full_disk_is_one() throws Exception {
        Printing gone = new Printing(failing("Broken pipe"), MessageFormat.plain(false), 9);
        gone.print(message("one"), () -> {});
        assertThat(gone.await(null)).isInstanceOf(Ending.ReaderGone.class);
        Printing full = new Printing(failing("No space left"), MessageFormat.plain(false), 9);
        full.print(message("one"), () -> {});
        assertThat(full.await(null))
                .isEqualTo(new Ending.Failed("cannot write to standard output: No space left"));
    }

    @Test
    void a_filter_refused_for_good_ends_it() throws InterruptedException {
        Printing printing = new Printing(out, MessageFormat.plain(false), 9);
        printing.watch(refused(true));
        printing.watch(refused(false));
        assertThat(printing.await(null))
                .isEqualTo(
                        new Ending.Failed(
                                "the broker refused to serve a/#: not authorized (0x87); may this"
                                        + " client read that topic?"));
    }

    @Test
    void a_client_that_fails_ends_it() throws InterruptedException {
        Printing printing = new Printing(out, MessageFormat.plain(false), 9);
        printing.watch(new ClientEvent.Failed(new OutOfMemoryError("heap")));
        assertThat(printing.await(null)).isInstanceOf(Ending.Failed.class);
    }

    @Test
    void a_message_can_steer_no_terminal_and_its_payload_is_as_it_came_in_a_pipe() {
        var hostile = new Delivery(Message.of("a\u001b[2J", "b\u001b[2J\n"), false);
        assertThat(text(MessageFormat.forTerminal(true), hostile))
                .isEqualTo("a\\u001b[2J b\\u001b[2J\\n\n");
        assertThat(text(MessageFormat.plain(true), hostile))
                .isEqualTo("a\\u001b[2J b\u001b[2J\n\n");
        assertThat(Terminal.isDevice(Path.of("/dev/pts/3"))).isTrue();
        assertThat(Terminal.isDevice(Path.of("/dev/null"))).isFalse();
    }

    @Test
    void json_has_every_part_of_a_message() {
        Message message =
                Message.of("pump/data", "{\"a\":\"\u00e9\"}")
                        .qos(Qos.AT_LEAST_ONCE)
                        .retained()
                        .utf8()
                        .expiry(Duration.ofMinutes(1))
                        .contentType("application/json")
                        .responseTopic("answer")
                        .correlationData(Bytes.wrap(new byte[] {1, 2}))
                        .userProperty("k", "v")
                        .userProperty("k", "w");
        assertThat(json(new Delivery(message, true)))
                .isEqualTo(
                        """
                        {"topic":"pump/data","payload":"{\\"a\\":\\"é\\"}","qos":1,"retain":true,"dup":true,\
                        "properties":{"payload_is_utf8":true,"expiry_seconds":60,"content_type":"application/json",\
                        "response_topic":"answer","correlation_data_base64":"AQI=",\
                        "user_properties":[{"name":"k","value":"v"},{"name":"k","value":"w"}]}}
                        """);
    }

    @Test
    void json_gives_a_payload_that_is_no_text_in_base64() {
        Message message = Message.of("t", new byte[] {(byte) 0xff, 10});
        assertThat(json(new Delivery(message, false)))
                .isEqualTo(
                        """
                        {"topic":"t","payload_base64":"/wo=","qos":0,"retain":false,"dup":false,"properties":{}}
                        """);
    }

    private static String json(Delivery delivery) {
        return text(MessageFormat.json(), delivery);
    }

    private static String text(MessageFormat format, Delivery delivery) {
        return new String(format.format(delivery), StandardCharsets.UTF_8);
    }

    private static Delivery message(String payload) {
        return new Delivery(Message.of("pump/data", payload), false);
    }

    private static ClientEvent refused(boolean retrying) {
        return new ClientEvent.SubscriptionRefused("a/#", ReasonCode.NOT_AUTHORIZED, retrying);
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private static OutputStream failing(String why) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(why);
            }
        };
    }
}
