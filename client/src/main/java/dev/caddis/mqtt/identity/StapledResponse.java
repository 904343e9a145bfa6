package dev.caddis.mqtt.identity;

import dev.caddis.mqtt.identity.BrokenRuleException.Rule;

import org.jspecify.annotations.Nullable;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.PKIXRevocationChecker.Option;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Set;

import javax.net.ssl.ExtendedSSLSession;

/// Judges the OCSP response (RFC 6960) that a server has sent with its certificate. The JDK
/// verifies who signed it and when it ends; it is given no leave to ask a responder.
final class StapledResponse {

    private StapledResponse() {}

    /// @param path the server's certificate first, then each one's issuer, to a CA that we trust
    /// @param handshake of the server
    static void check(List<X509Certificate> path, ExtendedSSLSession handshake, OcspStapling asked)
            throws BrokenRuleException {
        if (path.size() < 2) {
            return; // we trust the very certificate: nobody else speaks for it
        }
        List<byte[]> sent = handshake.getStatusResponses();
        byte[] response = sent.isEmpty() ? new byte[0] : sent.getFirst();
        if (response.length > 0) {
            requireGood(path.get(0), path.get(1), response);
        } else if (asked == OcspStapling.HARD) {
            throw broken(
                    "it sends no OCSP response with its certificate (%s); turn OCSP stapling on in"
                                    .formatted(Subject.of(path.get(0)))
                            + " the broker",
                    null);
        }
    }

    private static void requireGood(
            X509Certificate certificate, X509Certificate issuer, byte[] response)
            throws BrokenRuleException {
        try {
            CertPathValidator validator = CertPathValidator.getInstance("PKIX");
            var checker = (PKIXRevocationChecker) validator.getRevocationChecker();
            checker.setOcspResponses(Map.of(certificate, response));
            checker.setOptions(Set.of(Option.ONLY_END_ENTITY, Option.NO_FALLBACK));
            var parameters = new PKIXParameters(Set.of(new TrustAnchor(issuer, null)));
            parameters.addCertPathChecker(checker);
            validator.validate(
                    CertificateFactory.getInstance("X.509").generateCertPath(List.of(certificate)),
                    parameters);
        } catch (CertPathValidatorException e) {
            if (e.getReason() == BasicReason.REVOKED) {
                throw broken(
                        "its certificate (%s) is revoked, says the OCSP response it sends (%s); give"
                                        .formatted(Subject.of(certificate), e.getMessage())
                                + " the broker another certificate",
                        e);
            }
            throw broken(
                    "the OCSP response it sends for its certificate (%s) tells nothing: %s; let the"
                                    .formatted(Subject.of(certificate), e.getMessage())
                            + " broker fetch a new one",
                    e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java can judge an OCSP response", e);
        }
    }

    private static BrokenRuleException broken(String sentence, @Nullable Throwable cause) {
        return new BrokenRuleException(Rule.REVOCATION, sentence, cause);
    }
}
