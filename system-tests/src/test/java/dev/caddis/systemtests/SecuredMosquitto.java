package dev.caddis.systemtests;

import java.io.IOException;
import java.nio.file.Path;

/// Mosquitto behind mutual TLS, for the tests of a whole class.
record SecuredMosquitto(Certificates certificates, Mosquitto broker) {

    /// With its files in the empty `folder`, not started yet.
    ///
    /// @param lines added to its configuration
    static SecuredMosquitto in(Path folder, String... lines) throws IOException {
        var certificates = Certificates.in(folder);
        var settings = certificates.mosquitto(folder.resolve("mosquitto"));
        for (String line : lines) {
            settings = settings.line(line);
        }
        return new SecuredMosquitto(certificates, new Mosquitto(settings));
    }
}
