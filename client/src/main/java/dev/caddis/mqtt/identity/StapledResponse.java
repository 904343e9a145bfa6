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
import java.security.spec.InvalidKeySpecException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

import javax.net.ssl.ExtendedSSLSession;

/// Judges the OCSP response (RFC 6960) that a server has sent with its certificate. The JDK
/// verifies who signed it and when it ends; it is given no leave to ask a responder.
final class StapledResponse {

    private static final int ENUMERATED = 0x0a;
    private static final int GENERALIZED_TIME = 0x18;

    /// The responder, by its name or by its key.
    private static final int BY_NAME = 0xa1;

    private static final int BY_KEY = 0xa2;

    /// A status without more to say of it.
    private static final int GOOD = 0x80;

    private static final byte[] SHA_1 = {0x2b, 0x0e, 0x03, 0x02, 0x1a};

    /// What a response says of a certificate.
    ///
    /// @param bySha1 how it names the certificate's issuer; the JDK reads no other way
    private record Said(boolean bySha1, boolean good) {}

    private StapledResponse() {}

    /// @param certificate the server's own
    /// @param issuer `null`: nobody knows its key
    /// @param handshake of the server; `null`: the certificates are judged without one
    static void check(
            X509Certificate certificate,
            @Nullable X509Certificate issuer,
            @Nullable ExtendedSSLSession handshake,
            OcspStapling asked)
            throws BrokenRuleException {
        List<byte[]> sent = handshake == null ? List.of() : handshake.getStatusResponses();
        byte[] response = sent.isEmpty() ? new byte[0] : sent.getFirst();
        if (response.length == 0) {
            if (asked == OcspStapling.HARD) {
                throw broken(
                        handshake == null
                                ? "nobody sees its OCSP response without a handshake; have its"
                                        + " SSLEngine or SSLSocket judged"
                                : "it sends no OCSP response with its certificate (%s); turn OCSP"
                                                .formatted(Subject.of(certificate))
                                        + " stapling on in the broker, or ask for it softly where"
                                        + " it has none",
                        null);
            }
        } else if (issuer == null) {
            throw broken(
                    "the OCSP response it sends cannot be judged: the certificate of %s, its issuer,"
                                    .formatted(Subject.of(certificate.getIssuerX500Principal()))
                            + " is neither sent nor trusted; put it into the CA file",
                    null);
        } else {
            requireGood(certificate, issuer, response);
        }
    }

    private static void requireGood(
            X509Certificate certificate, X509Certificate issuer, byte[] response)
            throws BrokenRuleException {
        try {
            CertPathValidator validator = CertPathValidator.getInstance("PKIX");
            var checker = (PKIXRevocationChecker) validator.getRevocationChecker();
            checker.setOcspResponses(Map.of(certificate, response));
            // Not ONLY_END_ENTITY: the JDK would believe whatever is said of one that may be a CA.
            checker.setOptions(Set.of(Option.NO_FALLBACK));
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
            List<Said> said = said(certificate, response);
            if (!said.isEmpty() && said.stream().noneMatch(Said::bySha1)) {
                throw broken(
                        "the OCSP response it sends names its certificate (%s) by another hash than"
                                        .formatted(Subject.of(certificate))
                                + " SHA-1, the only one that Java reads there (it keeps nothing"
                                + " secret); let the broker ask its responder by SHA-1",
                        e);
            }
            throw useless(certificate, String.valueOf(e.getMessage()), e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java can judge an OCSP response", e);
        }
        // To the JDK a certificate is good until the moment of which it is revoked has come.
        List<Said> said = said(certificate, response);
        if (said.isEmpty()) {
            throw useless(certificate, "it cannot be read", null);
        }
        if (!said.stream().allMatch(Said::good)) {
            throw broken(
                    "its certificate (%s) is revoked, says the OCSP response it sends, as of a time"
                                    .formatted(Subject.of(certificate))
                            + " that has not come by this machine's clock; give the broker another"
                            + " certificate, or correct the clock",
                    null);
        }
    }

    /// What `response` says of the number of `certificate`; empty: nothing that can be read.
    private static List<Said> said(X509Certificate certificate, byte[] response) {
        byte[] number = certificate.getSerialNumber().toByteArray();
        var said = new ArrayList<Said>();
        try {
            Der answers = answers(response);
            while (answers.nextIs(Der.SEQUENCE)) {
                Der answer = answers.enter(Der.SEQUENCE);
                Der of = answer.enter(Der.SEQUENCE);
                byte[] hash = of.enter(Der.SEQUENCE).take(Der.OBJECT_IDENTIFIER);
                of.enter(Der.OCTET_STRING); // the issuer's name
                of.enter(Der.OCTET_STRING); // its key
                if (Arrays.equals(of.take(Der.INTEGER), number)) {
                    said.add(new Said(Arrays.equals(hash, SHA_1), answer.nextIs(GOOD)));
                }
            }
            return said;
        } catch (InvalidKeySpecException unreadable) {
            return List.of();
        }
    }

    /// The answers in a response, one for each certificate it was asked of (RFC 6960 section
    /// 4.2.1).
    private static Der answers(byte[] response) throws InvalidKeySpecException {
        Der whole = Der.reader(response).enter(Der.SEQUENCE);
        whole.enter(ENUMERATED); // whether it is one
        Der typed = whole.enter(Der.TAGGED_0).enter(Der.SEQUENCE);
        typed.enter(Der.OBJECT_IDENTIFIER);
        Der data = Der.reader(typed.take(Der.OCTET_STRING)).enter(Der.SEQUENCE).enter(Der.SEQUENCE);
        if (data.nextIs(Der.TAGGED_0)) {
            data.enter(Der.TAGGED_0); // the version
        }
        data.enter(data.nextIs(BY_NAME) ? BY_NAME : BY_KEY);
        data.enter(GENERALIZED_TIME); // when it was made
        return data.enter(Der.SEQUENCE);
    }

    private static BrokenRuleException useless(
            X509Certificate certificate, String why, @Nullable Throwable cause) {
        return broken(
                "the OCSP response it sends for its certificate (%s) tells nothing: %s; let the"
                                .formatted(Subject.of(certificate), why)
                        + " broker fetch a new one",
                cause);
    }

    private static BrokenRuleException broken(String sentence, @Nullable Throwable cause) {
        return new BrokenRuleException(Rule.REVOCATION, sentence, cause);
    }
}
