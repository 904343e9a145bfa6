package dev.caddis.demo;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;

/// What an [EmbeddedBroker] is to be.
///
/// @param keyStore the broker's certificate and key, PKCS#12 opened by
///   [ThrowAwayPki#STORE_PASSWORD]
/// @param trustStore whose client certificates are accepted, PKCS#12 opened by the same
/// @param port TCP port on 127.0.0.1; 0 for a free one, which the broker then keeps for later
///   starts
/// @param directory null to keep everything in memory, else where messages and sessions are kept
/// @param tlsProtocols the versions offered, such as `TLSv1.2`; empty for the Java runtime's own
///   choice
public record BrokerSettings(
        Path keyStore,
        Path trustStore,
        int port,
        @Nullable Path directory,
        List<String> tlsProtocols) {
    public BrokerSettings {
        tlsProtocols = List.copyOf(tlsProtocols);
    }

    /// A broker in memory, on a free port, that shows `server` and accepts what `pki` issued.
    public static BrokerSettings of(ThrowAwayPki pki, Issued server) {
        return new BrokerSettings(server.keyStore(), pki.trustStore(), 0, null, List.of());
    }

    public BrokerSettings port(int tcpPort) {
        return new BrokerSettings(keyStore, trustStore, tcpPort, directory, tlsProtocols);
    }

    public BrokerSettings directory(Path kept) {
        return new BrokerSettings(keyStore, trustStore, port, kept, tlsProtocols);
    }

    public BrokerSettings tlsProtocols(String... versions) {
        return new BrokerSettings(keyStore, trustStore, port, directory, List.of(versions));
    }
}
