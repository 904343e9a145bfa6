package dev.caddis.mqtt.transport;

import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.event.ConnectionFailure.Kind;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Collectors;

/// Why no TCP connection came about.
final class TcpDiagnosis {

    /// One address that did not answer as it should.
    record Tried(InetAddress address, IOException failure) {
        Kind kind() {
            return IoReason.kind(failure);
        }
    }

    private final Endpoint endpoint;
    private final @Nullable ProxyServer proxy;

    /// @param proxy what is connected to in place of the broker; `null`: nothing
    TcpDiagnosis(Endpoint endpoint, @Nullable ProxyServer proxy) {
        this.endpoint = endpoint;
        this.proxy = proxy;
    }

    ConnectionFailure unknownHost() {
        return failure(
                Kind.UNKNOWN_HOST,
                ("no address is known for host %s; check the name, and the network and DNS of "
                                + "this machine")
                        .formatted(proxy == null ? endpoint.host() : proxy.host()));
    }

    ConnectionFailure aborted() {
        return new ConnectionFailure(
                Kind.ABORTED, "the attempt to connect to " + endpoint + " was given up");
    }

    /// @param tried every address of the host, in order; at least one
    ConnectionFailure notConnected(List<Tried> tried) {
        Kind kind = mostTelling(tried);
        String reason =
                switch (kind) {
                    case REFUSED ->
                            ("nothing listens on port %d; check that the %s runs and the port is"
                                            + " right")
                                    .formatted(
                                            proxy == null ? endpoint.port() : proxy.port(),
                                            proxy == null ? "broker" : "proxy");
                    case UNREACHABLE -> "there is no route to it; check the network";
                    case TIMED_OUT ->
                            "it does not answer; check the network, firewalls and the address";
                    default -> Text.printable(tried.getLast().failure().getMessage());
                };
        String addresses =
                tried.stream()
                        .map(t -> t.address().getHostAddress())
                        .collect(Collectors.joining(", "));
        return failure(kind, reason + " (tried " + addresses + ")");
    }

    /// A machine that refuses tells more than one that is silent, and that more than one without a
    /// route.
    private static Kind mostTelling(List<Tried> tried) {
        for (Kind kind : List.of(Kind.REFUSED, Kind.TIMED_OUT, Kind.UNREACHABLE)) {
            if (tried.stream().anyMatch(t -> t.kind() == kind)) {
                return kind;
            }
        }
        return tried.getLast().kind();
    }

    private ConnectionFailure failure(Kind kind, String reason) {
        String way = proxy == null ? "" : " by the proxy " + proxy;
        return new ConnectionFailure(kind, "cannot connect to " + endpoint + way + ": " + reason);
    }
}
