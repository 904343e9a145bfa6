package dev.caddis.mqtt.transport;

import dev.caddis.mqtt.identity.LoadedIdentity;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/// What TLS needs for one attempt: identity, the two witnesses around it, and the settings that are
/// never left out.
final class TlsSetup {

    private final Endpoint endpoint;
    private final LoadedIdentity identity;
    private final ServerCheck serverCheck;
    private final ClientCertificateWitness witness;

    TlsSetup(Endpoint endpoint, LoadedIdentity identity) {
        this.endpoint = endpoint;
        this.identity = identity;
        this.serverCheck = new ServerCheck(identity.trustManager());
        this.witness = new ClientCertificateWitness(identity.keyManager().orElse(null));
    }

    LoadedIdentity identity() {
        return identity;
    }

    ServerCheck serverCheck() {
        return serverCheck;
    }

    ClientCertificateWitness witness() {
        return witness;
    }

    /// TLS over `wire`, before the handshake. A context of its own, so that no earlier session is
    /// resumed: the server asks for our certificate every time, and renewed files count.
    SSLSocket over(Wire wire) throws IOException {
        var socket =
                (SSLSocket)
                        LoadedIdentity.sslContext(witness, serverCheck)
                                .getSocketFactory()
                                .createSocket(wire, endpoint.host(), endpoint.port(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(
                switch (identity.minimum()) {
                    case TLS_1_2 -> new String[] {"TLSv1.3", "TLSv1.2"};
                    case TLS_1_3 -> new String[] {"TLSv1.3"};
                });
        parameters.setEndpointIdentificationAlgorithm(
                "HTTPS"); // else no host name is verified at all
        parameters.setServerNames(serverNames());
        parameters.setApplicationProtocols(offered().toArray(String[]::new));
        socket.setSSLParameters(parameters);
        return socket;
    }

    /// The protocols offered by ALPN. A server that picks none of them, or knows no ALPN, is as
    /// good as one that picks: what follows is MQTT in any case.
    List<String> offered() {
        return endpoint.offered(identity.keyManager().isPresent());
    }

    /// SNI is for names only (RFC 6066 section 3). From bytes, since DNS names in use have
    /// underscores.
    private List<SNIServerName> serverNames() {
        return endpoint.hostIsName()
                ? List.of(new SNIHostName(endpoint.host().getBytes(StandardCharsets.US_ASCII)))
                : List.of();
    }
}
