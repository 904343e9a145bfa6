package dev.caddis.mqtt.transport;

import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.event.ConnectionFailure.Kind;
import dev.caddis.mqtt.transport.ClientCertificateWitness.Answer;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/// Why TLS failed before the broker accepted us, during the handshake or after.
///
/// In TLS 1.2 a broker refuses a client within the handshake. In TLS 1.3 the client's handshake is
/// over before the broker has looked at its certificate (RFC 8446 section 4.4.2.4): the refusal
/// comes as an alert on the first read, or, since CONNECT is under way by then, as a reset that
/// overtakes the alert. So what the broker asked for decides, not how the end looks.
final class TlsDiagnosis {

    /// Alerts that are about a certificate; the last three also mean other things, but not after
    /// ours was sent.
    private static final Set<String> CERTIFICATE_ALERTS =
            Set.of(
                    "bad_certificate",
                    "unsupported_certificate",
                    "certificate_revoked",
                    "certificate_expired",
                    "certificate_unknown",
                    "certificate_required",
                    "unknown_ca",
                    "access_denied",
                    "decrypt_error",
                    "handshake_failure");

    private final Endpoint endpoint;
    private final TlsSetup setup;

    TlsDiagnosis(Endpoint endpoint, TlsSetup setup) {
        this.endpoint = endpoint;
        this.setup = setup;
    }

    /// The handshake threw `cause`.
    ConnectionFailure handshake(IOException cause) {
        ServerCheck.Refusal refusal = setup.serverCheck().refusal();
        if (refusal != null) {
            Path caFile = setup.identity().caFile().orElse(null);
            return new ServerRefusal(endpoint, caFile, refusal).explain();
        }
        return ourCertificate(cause).orElseGet(() -> tls(cause));
    }

    /// Whether the end is about our certificate. Asked only until the broker accepted us.
    ///
    /// @param cause null: an orderly end of the stream
    Optional<ConnectionFailure> ourCertificate(@Nullable IOException cause) {
        String alert = cause == null ? null : IoReason.alert(cause).orElse(null);
        Answer answer = setup.witness().answer();
        return switch (answer) {
            case NOT_ASKED -> Optional.empty();
            case ASKED_IN_VAIN ->
                    Optional.of(
                            failure(
                                    Kind.CLIENT_CERTIFICATE_MISSING,
                                    ("the broker demands a client certificate and none is"
                                         + " configured (it ended the connection: %s); give a"
                                         + " client certificate and its key")
                                            .formatted(how(cause))));
            case KEY_KIND_NOT_TAKEN ->
                    Optional.of(
                            failure(
                                    Kind.CLIENT_CERTIFICATE_REFUSED,
                                    ("the broker takes client certificates with keys of kind %s "
                                                    + "only; ours is another: %s")
                                            .formatted(
                                                    String.join(
                                                            ", ", setup.witness().keyTypesTaken()),
                                                    certificate())));
            case GIVEN ->
                    alert != null && CERTIFICATE_ALERTS.contains(alert)
                            ? Optional.of(refused(alert))
                            : Optional.empty();
        };
    }

    /// What to add where the end itself does not tell, and our certificate may be the reason.
    String suspicion() {
        return setup.witness().answer() == Answer.GIVEN
                ? "; if this repeats, it may have refused our client certificate ("
                        + certificate()
                        + ")"
                : "";
    }

    private ConnectionFailure refused(String alert) {
        return failure(
                Kind.CLIENT_CERTIFICATE_REFUSED,
                "the broker refused our client certificate (TLS alert %s): %s; %s"
                        .formatted(
                                alert,
                                certificate(),
                                expired()
                                        ? "renew it"
                                        : "check that the broker trusts its issuer and knows this"
                                                + " device"));
    }

    private String certificate() {
        return setup.identity().certificateInWords();
    }

    private boolean expired() {
        return setup.identity().notAfter().filter(end -> end.isBefore(Instant.now())).isPresent();
    }

    private static String how(@Nullable IOException cause) {
        if (cause == null) {
            return "closed";
        }
        return IoReason.alert(cause)
                .map(alert -> "TLS alert " + alert)
                .orElseGet(() ->
                        switch (IoReason.kind(cause)) {
                            case RESET -> "reset";
                            case CLOSED -> "closed";
                            default -> Text.printable(cause.getMessage());
                        });
    }

    /// A failure of TLS that is about nobody's certificate.
    private ConnectionFailure tls(IOException cause) {
        Optional<String> alert = IoReason.alert(cause);
        if (alert.isPresent()) {
            return alert(alert.get());
        }
        if (IoReason.says(cause, "protocol_version")
                || IoReason.says(cause, "selected protocol version")) {
            return version("chose an older one");
        }
        if (IoReason.says(cause, "Unsupported or unrecognized SSL message")) {
            return failure(
                    Kind.NOT_TLS,
                    ("port %d answers, but not with TLS; use the broker's TLS port (often 8883), "
                                    + "or mqtt:// without TLS")
                            .formatted(endpoint.port()));
        }
        return switch (IoReason.kind(cause)) {
            case CLOSED ->
                    failure(
                            Kind.CLOSED,
                            ("the server closed the connection during the TLS handshake; is port "
                                            + "%d a TLS port?%s")
                                    .formatted(endpoint.port(), suspicion()));
            case RESET ->
                    failure(
                            Kind.RESET,
                            ("the connection was reset during the TLS handshake; is port %d a "
                                            + "TLS port?%s")
                                    .formatted(endpoint.port(), suspicion()));
            case TIMED_OUT, UNREACHABLE ->
                    failure(
                            IoReason.kind(cause),
                            "the network failed during the TLS handshake: "
                                    + Text.printable(cause.getMessage()));
            default ->
                    failure(
                            Kind.TLS_OTHER,
                            "the TLS handshake failed: " + Text.printable(cause.getMessage()));
        };
    }

    private ConnectionFailure alert(String alert) {
        return switch (alert) {
            case "protocol_version" -> version("refused both");
            case "unrecognized_name" ->
                    failure(
                            Kind.TLS_ALERT,
                            ("the server knows no host named %s (TLS alert unrecognized_name); "
                                            + "check the host name")
                                    .formatted(endpoint.host()));
            case "no_application_protocol" ->
                    failure(
                            Kind.TLS_ALERT,
                            ("the server takes none of the protocols we offer, ALPN %s (TLS alert "
                                            + "no_application_protocol); check the port and the"
                                            + " ALPN setting")
                                    .formatted(String.join(", ", setup.offered())));
            case "handshake_failure", "insufficient_security" ->
                    failure(
                            Kind.TLS_ALERT,
                            ("the server found no TLS settings in common (TLS alert %s); compare "
                                            + "its cipher suites")
                                    .formatted(alert));
            default ->
                    failure(
                            Kind.TLS_ALERT,
                            "the server ended the TLS handshake with alert %s; its log says why"
                                    .formatted(alert));
        };
    }

    private ConnectionFailure version(String reaction) {
        return failure(
                Kind.TLS_VERSION,
                switch (setup.identity().minimum()) {
                    case TLS_1_2 ->
                            "TLS 1.2 or 1.3 is needed and the server %s; enable TLS 1.2 or 1.3 on it"
                                    .formatted(reaction);
                    case TLS_1_3 ->
                            "TLS 1.3 is the least that may be spoken and the server has it not;"
                                    + " enable TLS 1.3 on it, or allow TLS 1.2 here";
                });
    }

    private ConnectionFailure failure(Kind kind, String reason) {
        return new ConnectionFailure(kind, "cannot connect to " + endpoint + ": " + reason);
    }
}
