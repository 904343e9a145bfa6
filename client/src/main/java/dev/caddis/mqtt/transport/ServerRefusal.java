package dev.caddis.mqtt.transport;

import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.event.ConnectionFailure.Kind;
import dev.caddis.mqtt.identity.BrokenRuleException;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXReason;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Says why a server was refused. Names in a stranger's certificate are cut and cleaned: they end
/// up in logs.
final class ServerRefusal {

    private static final int NAMES_SHOWN_MAX = 10;
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    private final Endpoint endpoint;
    private final @Nullable Path caFile;
    private final ServerCheck.Refusal refusal;

    /// @param caFile the CAs that were asked; null: the system's
    ServerRefusal(Endpoint endpoint, @Nullable Path caFile, ServerCheck.Refusal refusal) {
        this.endpoint = endpoint;
        this.caFile = caFile;
        this.refusal = refusal;
    }

    ConnectionFailure explain() {
        if (refusal.onlyTheName()) {
            return name();
        }
        if (refusal.reason() instanceof BrokenRuleException broken) {
            return failure(
                    switch (broken.rule()) {
                        case PIN -> Kind.SERVER_NOT_PINNED;
                        case REVOCATION -> Kind.SERVER_REVOKED;
                    },
                    String.valueOf(broken.getMessage()).replaceAll("\\p{Cntrl}", "?"));
        }
        if (cause(CertificateExpiredException.class) != null) {
            return expired();
        }
        if (cause(CertificateNotYetValidException.class) != null) {
            return notYetValid();
        }
        var path = cause(CertPathValidatorException.class);
        if (cause(CertPathBuilderException.class) != null
                || (path != null && path.getReason() == PKIXReason.NO_TRUST_ANCHOR)) {
            return untrusted();
        }
        if (path != null && isByNamesakeOfOurCa(path)) {
            return namesake();
        }
        return failure(
                Kind.SERVER_UNTRUSTED,
                "its certificate (%s) cannot be used: %s; give the broker another certificate"
                        .formatted(subject(leaf()), Text.printable(refusal.reason().getMessage())));
    }

    private ConnectionFailure name() {
        List<String> names = names();
        String listed =
                names.isEmpty()
                        ? "carries no host name (" + subject(leaf()) + ")"
                        : "is for "
                                + names.stream()
                                        .limit(NAMES_SHOWN_MAX)
                                        .collect(Collectors.joining(", "))
                                + (names.size() > NAMES_SHOWN_MAX
                                        ? " and " + (names.size() - NAMES_SHOWN_MAX) + " more"
                                        : "");
        return failure(
                Kind.SERVER_NAME_MISMATCH,
                ("its certificate %s, not for %s; connect by a name it carries, or issue it "
                                + "again with this one")
                        .formatted(listed, endpoint.host()));
    }

    private ConnectionFailure expired() {
        Instant now = Instant.now();
        X509Certificate expired =
                refusal.chain().stream()
                        .filter(c -> c.getNotAfter().toInstant().isBefore(now))
                        .findFirst()
                        .orElse(leaf());
        return failure(
                Kind.SERVER_EXPIRED,
                ("%s expired %s (this machine's clock says %s); renew it on the broker, or "
                                + "correct the clock")
                        .formatted(which(expired), expired.getNotAfter().toInstant(), day(now)));
    }

    private ConnectionFailure notYetValid() {
        Instant now = Instant.now();
        X509Certificate early =
                refusal.chain().stream()
                        .filter(c -> c.getNotBefore().toInstant().isAfter(now))
                        .findFirst()
                        .orElse(leaf());
        return failure(
                Kind.SERVER_NOT_YET_VALID,
                "%s is valid only from %s on and this machine's clock says %s; correct the clock"
                        .formatted(which(early), early.getNotBefore().toInstant(), day(now)));
    }

    private ConnectionFailure untrusted() {
        X509Certificate last = refusal.chain().getLast();
        String issuer = issuer(leaf());
        String issued =
                issuer.equals(subject(leaf())) ? "is signed by itself" : "is issued by " + issuer;
        String above =
                issuer(last).equals(issuer) ? "" : " (its chain ends at " + issuer(last) + ")";
        String unknown =
                caFile == null
                        ? "none of the system's CAs; check that this is the right broker, then name"
                                + " its CA file"
                        : ("no CA of CA file %s; check that this is the right broker, then put "
                                        + "its CA into that file")
                                .formatted(caFile);
        return failure(
                Kind.SERVER_UNTRUSTED,
                "its certificate (%s) %s%s, which is %s"
                        .formatted(subject(leaf()), issued, above, unknown));
    }

    /// Whether the certificate that a CA of ours would have to vouch for is signed by another key.
    private static boolean isByNamesakeOfOurCa(CertPathValidatorException failed) {
        return failed.getReason() == BasicReason.INVALID_SIGNATURE
                && (failed.getCertPath() == null
                        || failed.getIndex() == failed.getCertPath().getCertificates().size() - 1);
    }

    private ConnectionFailure namesake() {
        String issuer = issuer(refusal.chain().getLast());
        return failure(
                Kind.SERVER_UNTRUSTED,
                caFile == null
                        ? ("its certificate (%s) is issued by another CA than the system's of the"
                                        + " same name (%s): the key differs; check that this is the"
                                        + " right broker, then name its CA file")
                                .formatted(subject(leaf()), issuer)
                        : ("its certificate (%s) is issued by another CA than that of the same name"
                                        + " (%s) in CA file %s: the key differs; check that this is"
                                        + " the right broker, then put the CA that issued it into"
                                        + " that file")
                                .formatted(subject(leaf()), issuer, caFile));
    }

    private ConnectionFailure failure(Kind kind, String reason) {
        return new ConnectionFailure(
                kind,
                "cannot connect to %s: the server is not trusted: %s".formatted(endpoint, reason));
    }

    private X509Certificate leaf() {
        return refusal.chain().getFirst();
    }

    private String which(X509Certificate certificate) {
        return (certificate.equals(leaf()) ? "its certificate (" : "a certificate above its own (")
                + subject(certificate)
                + ")";
    }

    private static String subject(X509Certificate certificate) {
        return Text.printable(certificate.getSubjectX500Principal().getName());
    }

    private static String issuer(X509Certificate certificate) {
        return Text.printable(certificate.getIssuerX500Principal().getName());
    }

    /// No finer: every attempt must say the same, since a log tells a reason once and then counts.
    private static String day(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC).toLocalDate().toString();
    }

    /// The DNS names and addresses of the server's certificate.
    private List<String> names() {
        Collection<List<?>> alternatives;
        try {
            alternatives = leaf().getSubjectAlternativeNames();
        } catch (CertificateParsingException e) {
            return List.of("names that cannot be read");
        }
        return alternatives == null
                ? List.of()
                : alternatives.stream()
                        .filter(n -> n.get(0).equals(DNS_NAME) || n.get(0).equals(IP_ADDRESS))
                        .map(n -> Text.printable(String.valueOf(n.get(1))))
                        .toList();
    }

    private <T extends Throwable> @Nullable T cause(Class<T> type) {
        return Stream.<Throwable>iterate(refusal.reason(), t -> t != null, Throwable::getCause)
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElse(null);
    }
}
