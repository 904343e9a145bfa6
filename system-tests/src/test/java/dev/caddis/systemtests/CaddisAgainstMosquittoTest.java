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

    private static @Nullable SecuredMosquitto mosquitto;

    @BeforeAll
    static void startBroker(@TempDir Path shared) throws IOException {
        mosquitto = SecuredMosquitto.in(shared);
        mosquitto.broker().start();
    }

    @AfterAll
    static void stopBroker() {
        requireNonNull(mosquitto).broker().close();
    }

    @Override
    Certificates certificates() {
        return requireNonNull(mosquitto).certificates();
    }

    @Override
    int port() {
        return requireNonNull(mosquitto).broker().port();
    }
}
