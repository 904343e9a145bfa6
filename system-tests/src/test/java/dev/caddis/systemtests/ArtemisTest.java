package dev.caddis.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.caddis.demo.BrokerSettings;
import dev.caddis.demo.EmbeddedBroker;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;

class ArtemisTest {
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    @Test
    void another_client_receives_what_it_published_before_and_after_a_restart(
            @TempDir Path directory) throws Exception {
        var certificates = Certificates.in(directory);
        var settings =
                BrokerSettings.of(certificates.pki(), certificates.server())
                        .directory(directory.resolve("broker"));
        try (var broker = new EmbeddedBroker(settings)) {
            broker.start();
            try (var hive = certificates.observer(broker.port(), "hive")) {
                hive.subscribe("pump/#", 2);
                hive.publish("pump/17", "before".getBytes(UTF_8), 1, true);
                assertThat(hive.observations().next(DEADLINE))
                        .isEqualTo(Observed.of("pump/17", "before".getBytes(UTF_8), 1, false));
                broker.stop();
                broker.start();
                hive.publish("pump/17", "after".getBytes(UTF_8), 2, false);
                assertThat(hive.observations().next(DEADLINE).text()).isEqualTo("after");
            }
        }
    }
}
