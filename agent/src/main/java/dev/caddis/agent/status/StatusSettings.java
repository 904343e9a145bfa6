package dev.caddis.agent.status;

import dev.caddis.mqtt.identity.ClientIdentity;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;

/// Where the agent tells how it is.
///
/// @param address of loopback, or any other with `access`; `null`: no server
/// @param port 0: any that is free, for tests
/// @param access `null`: whoever is on this machine may ask, without TLS
/// @param report `null`: the broker is not told
public record StatusSettings(
        @Nullable InetAddress address, int port, @Nullable Access access, @Nullable Report report) {

    /// TLS, and who may ask.
    ///
    /// @param cert PEM, the server's certificate and its issuers; read again when it changes
    /// @param key PEM, without a password; read again with the certificate
    public record Access(Path cert, Path key, Token token) {

        /// Characters of a token: fewer can be guessed.
        public static final int TOKEN_MIN = 20;

        /// The certificate with its key. It is also its only CA: nobody is checked here.
        public ClientIdentity identity() {
            return ClientIdentity.pem(cert, cert, key);
        }
    }

    /// What who asks must know; read at each request.
    public interface Token {
        /// @throws IOException when it cannot be read
        String read() throws IOException;
    }

    /// The metrics as a retained message.
    ///
    /// @param every how often, more than zero
    public record Report(String topic, Duration every) {

        public Report {
            if (!every.isPositive()) {
                throw new IllegalArgumentException(
                        "the interval is " + every + "; write more than zero");
            }
        }
    }

    public StatusSettings {
        if (address != null && !address.isLoopbackAddress() && access == null) {
            throw new IllegalArgumentException(
                    address.getHostAddress()
                            + " is beyond loopback, where everybody in the network could read the"
                            + " status page; write 127.0.0.1, or give it a certificate and a"
                            + " token");
        }
    }

    /// A server on loopback alone.
    public StatusSettings(InetAddress address, int port) {
        this(address, port, null, null);
    }

    /// Where the page is, as a browser wants it.
    ///
    /// @param at the port it really listens on
    public String url(int at) {
        String host = address == null ? "" : address.getHostAddress();
        return (access == null ? "http://" : "https://")
                + (host.contains(":") ? "[" + host + "]" : host)
                + ":"
                + at;
    }
}
