package dev.caddis.mqtt.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnansweredRequestsTest {

    /// Each keeps its packet identifier for the answer: 65,535 of them would stop publishing.
    @Test
    void a_broker_that_answers_no_subscribe_is_left_before_identifiers_run_out() {
        String told =
                Transcript.play(
                        """
                        given subscribe-attempts=0 keep-alive=0s
                        connect
                        want a qos=1
                        tick 30m
                        """);
        String connection = told.substring(0, told.indexOf("tell Disconnected"));
        assertThat(connection.split("send SUBSCRIBE", -1)).hasSize(1 + Filters.UNANSWERED_MAX);
        assertThat(told)
                .contains("tell Disconnected UNANSWERED \"the broker has left 100 SUBSCRIBE");
    }
}
