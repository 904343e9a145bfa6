package dev.caddis.systemtests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.systemtests.RequiresMosquitto;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/// The quick part of `show/3-2-killed-broker`.
@RequiresMosquitto
@Timeout(120)
class KilledBrokerTest {

    @Test
    void no_accepted_line_is_missing_that_the_broker_had_not_acknowledged(@TempDir Path folder)
            throws Exception {
        assertThat(KilledBroker.run("mosquitto", "2", "2000", "2", "2", "1", folder.toString()))
                .isTrue();
    }
}
