package dev.caddis.mqtt.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Each SUBSCRIBE keeps its packet identifier for the answer: 65,535 of them would stop publishing.
class UnansweredRequestsTest {

    private static String first(String told) {
        int end = told.indexOf("tell Disconnected");
        return end < 0 ? told : told.substring(0, end);
    }

    private static int subscribes(String told) {
        return told.split("send SUBSCRIBE", -1).length - 1;
    }

    @Test
    void a_broker_that_answers_no_subscribe_is_left_before_identifiers_run_out() {
        String told =
                Transcript.play(
                        """
                        given subscribe-attempts=0 keep-alive=0s
                        connect
                        want a qos=1
                        tick 4h
                        """);
        assertThat(subscribes(first(told))).isEqualTo(Filters.UNANSWERED_MAX);
        assertThat(told)
                .contains("Disconnected UNANSWERED \"the broker answers neither SUBSCRIBE nor");
    }

    @Test
    void a_broker_that_answers_slowly_is_kept_however_many_filters_wait() {
        var script = new StringBuilder("given subscription-ids=1 keep-alive=0s\nconnect\n");
        int filters = Filters.UNANSWERED_MAX + 200;
        for (int i = 0; i < filters; i++) {
            script.append("want f").append(i).append(" qos=1\n");
        }
        script.append("tick 5s\n");
        for (int i = 1; i <= 200; i++) {
            script.append("receive SUBACK reasons=GRANTED_QOS_1 id=").append(i).append('\n');
        }
        String told = Transcript.play(script + "tick 6s\n");
        assertThat(told).doesNotContain("Disconnected");
        assertThat(subscribes(told)).isEqualTo(filters); // no room yet for those that are late
    }
}
