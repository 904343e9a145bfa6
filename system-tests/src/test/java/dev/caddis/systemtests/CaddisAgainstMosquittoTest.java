package dev.caddis.systemtests;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;

/// The library against Eclipse Mosquitto, the real program.
@RequiresMosquitto
class CaddisAgainstMosquittoTest extends BrokerPromises {

    private static @Nullable Certificates certificates;
    private static @Nullable Mosquitto broker;

    @BeforeAll
    static void startBroker(@TempDir Path shared) throws IOException {
        certificates = Certificates.in(shared);
        broker =
                new Mosquitto(
                        MosquittoSettings.of(
                                certificates.pki(),
                                certificates.server(),
                                shared.resolve("mosquitto")));
        broker.start();
    }

    @AfterAll
    static void stopBroker() {
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
