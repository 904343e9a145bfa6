package dev.caddis.systemtests;

import static java.util.Objects.requireNonNull;

import dev.caddis.demo.BrokerSettings;
import dev.caddis.demo.EmbeddedBroker;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;

/// The library against Apache Artemis, embedded: in every run of the tests.
class CaddisAgainstArtemisTest extends BrokerPromises {

    private static @Nullable Certificates certificates;
    private static @Nullable EmbeddedBroker broker;

    @BeforeAll
    static void startBroker(@TempDir Path shared) throws IOException {
        certificates = Certificates.in(shared);
        broker = new EmbeddedBroker(BrokerSettings.of(certificates.pki(), certificates.server()));
        broker.start();
    }

    @AfterAll
    static void stopBroker() throws IOException {
        requireNonNull(broker).close();
    }

    @Override
    Certificates certificates() {
        return requireNonNull(certificates);
    }

    @Override
    int port() {
        return requireNonNull(broker).port();
    }
}
