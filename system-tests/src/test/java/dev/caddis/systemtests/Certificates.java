package dev.caddis.systemtests;

import dev.caddis.demo.Issued;
import dev.caddis.demo.ThrowAwayPki;
import dev.caddis.testkit.RawMqtt;

import java.io.IOException;
import java.nio.file.Path;

/// One authority with a server and a device, as most tests here want them.
record Certificates(ThrowAwayPki pki, Issued server, Issued device) {
    static Certificates in(Path directory) throws IOException {
        var pki = ThrowAwayPki.create(directory.resolve("pki"));
        return new Certificates(pki, pki.issueServer(), pki.issueDevice("pump-17"));
    }

    /// A broker that takes these certificates, with its files in `folder`.
    MosquittoSettings mosquitto(Path folder) {
        return MosquittoSettings.of(pki, server, folder);
    }

    RawMqtt connection(int port) throws IOException {
        return new RawMqtt(pki.clientContext(device), port);
    }

    RawMqtt connectionWithoutCertificate(int port) throws IOException {
        return new RawMqtt(pki.clientContext(null), port);
    }

    HiveMqObserver observer(int port, String clientId) throws IOException {
        return HiveMqObserver.connect(port, pki, device, clientId);
    }
}
