package dev.caddis.agent.doctor;

import dev.caddis.agent.BrokerAccess;
import dev.caddis.agent.config.Broker;
import dev.caddis.agent.config.Proxy;
import dev.caddis.agent.config.Tls;
import dev.caddis.mqtt.MqttClientBuilder;
import dev.caddis.mqtt.Probe;
import dev.caddis.mqtt.ProbeException;
import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.packet.ProtocolVersion;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// The way to the broker, up to where it awaits CONNECT: address, port, TLS. Each step is told as
/// it ends.
final class Approach {

    private static final Duration RESOLVE = Duration.ofSeconds(5);
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration HANDSHAKE = Duration.ofSeconds(8);

    private final Broker broker;
    private final @Nullable Tls identity;
    private final Report report;
    private final TimeLeft time;
    private final boolean tls;
    private final boolean webSocket;
    private long begun;

    Approach(Broker broker, @Nullable Tls identity, Report report, TimeLeft time) {
        this.broker = broker;
        this.identity = identity;
        this.report = report;
        this.time = time;
        String scheme = String.valueOf(URI.create(broker.url()).getScheme());
        this.tls = scheme.endsWith("s");
        this.webSocket = scheme.startsWith("ws");
    }

    boolean tls() {
        return tls;
    }

    /// A connection, every step told but that the broker takes our certificate.
    ///
    /// @param own told between the server's certificate and TLS
    /// @return `null`: there is none, and what followed was told as not tried
    @Nullable Probe told(ProtocolVersion version, Runnable own) {
        begun = time.now();
        try {
            Probe probe = builder(version).probe(this::began);
            if (!tls) {
                passed(Step.TCP, "connected to " + broker.url());
            }
            server(probe, own);
            return probe;
        } catch (ProbeException e) {
            failed(e, own);
            return null;
        }
    }

    /// Another one, of which nothing is told.
    ///
    /// @throws ProbeException when there is none
    Probe untold(ProtocolVersion version) {
        return builder(version).probe(step -> {});
    }

    private MqttClientBuilder builder(ProtocolVersion version) {
        return BrokerAccess.builder(broker, identity)
                .version(version)
                .resolveTimeout(time.atMost(RESOLVE))
                .connectTimeout(time.atMost(CONNECT))
                .handshakeTimeout(time.atMost(HANDSHAKE));
    }

    private void began(Probe.Step step) {
        switch (step) {
            case IDENTITY, SPEAKING -> {}
            case RESOLVING -> begun = time.now();
            case CONNECTING -> passed(Step.DNS, resolved());
            case HANDSHAKING -> passed(Step.TCP, "connected to " + where());
        }
    }

    private void passed(Step step, String text) {
        report.tell(Finding.ok(step, text).took(time.since(begun)));
        begun = time.now();
    }

    private String where() {
        Proxy proxy = broker.proxy();
        return broker.url() + (proxy == null ? "" : ", by the proxy " + proxy.url());
    }

    /// The system keeps what it has just resolved.
    private String resolved() {
        Proxy proxy = broker.proxy();
        URI asked = URI.create(proxy == null ? broker.url() : proxy.url());
        String host = String.valueOf(asked.getHost());
        String by = proxy == null ? "" : "the proxy ";
        String finds = proxy == null ? "" : "; it finds the broker's address itself";
        try {
            return by
                    + host
                    + " is "
                    + Arrays.stream(InetAddress.getAllByName(host))
                            .map(InetAddress::getHostAddress)
                            .collect(Collectors.joining(", "))
                    + finds;
        } catch (UnknownHostException changed) {
            return by + host + " has an address" + finds;
        }
    }

    private void server(Probe probe, Runnable own) {
        List<X509Certificate> chain = probe.serverCertificates();
        if (!chain.isEmpty()) {
            X509Certificate server = chain.getFirst();
            Instant end = server.getNotAfter().toInstant();
            long days = Duration.between(Instant.now(), end).toDays();
            String text =
                    "%s, issued by %s, for this host name, valid until %s (%d days)"
                            .formatted(
                                    server.getSubjectX500Principal().getName(),
                                    server.getIssuerX500Principal().getName(),
                                    end,
                                    days);
            report.tell(
                    days < 14
                            ? Finding.warning(
                                    Step.SERVER_CERTIFICATE, text, "renew it on the broker")
                            : Finding.ok(Step.SERVER_CERTIFICATE, text));
        } else {
            withoutTls(Step.SERVER_CERTIFICATE);
        }
        own.run();
    }

    void withoutTls(Step step) {
        report.tell(
                Finding.notTried(
                        step,
                        broker.url()
                                + " is without TLS: nothing is encrypted, and nobody is verified"));
    }

    private void failed(ProbeException e, Runnable own) {
        Step at = step(e);
        String why = "the step before it failed: " + at;
        boolean trusted =
                tls && (at == Step.WEBSOCKET || (at == Step.TLS && isAboutOurs(e.failure())));
        for (Step step : List.of(Step.DNS, Step.TCP, Step.SERVER_CERTIFICATE)) {
            if (step == at) {
                report.tell(failure(at, e.failure()));
            } else if (step == Step.SERVER_CERTIFICATE && trusted) {
                report.tell(Finding.ok(step, "trusted, and for this host name"));
            } else if (step == Step.SERVER_CERTIFICATE && !tls) {
                withoutTls(step);
            } else if (step == Step.TCP && at == Step.WEBSOCKET && !report.has(step)) {
                passed(step, "connected to " + where());
            } else if (!report.has(step)) {
                report.tell(
                        Finding.notTried(
                                step,
                                at == Step.TLS
                                        ? "the handshake ended before the server was trusted"
                                        : why));
            }
        }
        own.run();
        if (at == Step.OWN_CERTIFICATE && !report.failed(at)) {
            report.tell(failure(at, e.failure()));
        }
        if (at == Step.TLS) {
            report.tell(failure(at, e.failure()));
        } else if (!tls) {
            withoutTls(Step.TLS);
        } else if (at == Step.WEBSOCKET) {
            report.tell(Finding.ok(Step.TLS, "the handshake is done"));
        } else {
            report.tell(Finding.notTried(Step.TLS, why));
        }
        if (at == Step.WEBSOCKET) {
            report.tell(failure(at, e.failure()));
        } else if (webSocket) {
            report.tell(Finding.notTried(Step.WEBSOCKET, why));
        }
    }

    /// Whether the broker looked at our certificate, or at there being none.
    static boolean isAboutOurs(ConnectionFailure failure) {
        return switch (failure.kind()) {
            case CLIENT_CERTIFICATE_MISSING, CLIENT_CERTIFICATE_REFUSED -> true;
            default -> false;
        };
    }

    static Finding failure(Step step, ConnectionFailure failure) {
        return Finding.failed(step, failure.sentence());
    }

    /// Kinds tell more than what was being done: a proxy answers while we connect.
    private static Step step(ProbeException e) {
        return switch (e.failure().kind()) {
            case UNKNOWN_HOST -> Step.DNS;
            case REFUSED, UNREACHABLE, PROXY_REFUSED -> Step.TCP;
            case IDENTITY -> Step.OWN_CERTIFICATE;
            case SERVER_UNTRUSTED, SERVER_NAME_MISMATCH, SERVER_EXPIRED, SERVER_NOT_YET_VALID ->
                    Step.SERVER_CERTIFICATE;
            case WEBSOCKET_REFUSED -> Step.WEBSOCKET;
            default ->
                    switch (e.step()) {
                        case IDENTITY -> Step.OWN_CERTIFICATE;
                        case RESOLVING -> Step.DNS;
                        case CONNECTING -> Step.TCP;
                        case HANDSHAKING -> Step.TLS;
                        case SPEAKING -> Step.CONNECT;
                    };
        };
    }

    boolean webSocket() {
        return webSocket;
    }
}
