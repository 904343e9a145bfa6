package dev.caddis.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caddis.mqtt.event.ClientEvent;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;

class ClientEndTest {

    private final ClientEnd end = new ClientEnd();

    @Test
    void a_client_that_fails_ends_the_wait_for_work_that_blocks() {
        var never = new CountDownLatch(1);
        assertThatThrownBy(() ->
                        end.orEarlier(() -> {
                            end.onEvent(new ClientEvent.Failed(new OutOfMemoryError("heap")));
                            never.await();
                            return true;
                        }))
                .isInstanceOf(FailedException.class)
                .hasMessage("the MQTT client failed; run the command again");
        assertThat(end.hasCome()).isTrue();
        never.countDown();
    }

    @Test
    void work_gives_its_result_or_its_failure() throws Exception {
        assertThat(end.orEarlier(() -> 7)).isEqualTo(7);
        assertThatThrownBy(() ->
                        end.orEarlier(() -> {
                            throw new IOException("no disk");
                        }))
                .isInstanceOf(IOException.class)
                .hasMessage("no disk");
        assertThat(end.hasCome()).isFalse();
    }
}
