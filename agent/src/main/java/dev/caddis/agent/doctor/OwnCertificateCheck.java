package dev.caddis.agent.doctor;

import dev.caddis.agent.config.AgentSettings;
import dev.caddis.agent.config.Tls;
import dev.caddis.mqtt.identity.IdentityException;
import dev.caddis.mqtt.identity.LoadedIdentity;

import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What we show a broker: dates, chain, key, use and name, without asking anybody.
final class OwnCertificateCheck {

    private static final String CLIENT = "1.3.6.1.5.5.7.3.2";
    private static final Duration SOON = Duration.ofDays(30);

    private final AgentSettings settings;
    private final Instant now;

    OwnCertificateCheck(AgentSettings settings, Instant now) {
        this.settings = settings;
        this.now = now;
    }

    /// May take long: a token is asked.
    List<Finding> findings() {
        Tls tls = settings.tls();
        LoadedIdentity identity;
        try {
            if (tls == null) {
                return List.of(none());
            }
            identity = tls.identity().load(); // which sees that the key fits
        } catch (IdentityException | RuntimeException unusable) {
            return List.of(
                    Finding.failed(Step.OWN_CERTIFICATE, String.valueOf(unusable.getMessage())));
        }
        List<X509Certificate> chain = identity.chain();
        if (chain.isEmpty()) {
            return List.of(none());
        }
        var findings = new ArrayList<Finding>();
        String source = identity.certificateSource().orElse("");
        dates(chain, source, findings);
        order(chain, source, findings);
        use(chain.getFirst(), source, findings);
        name(identity, findings);
        if (findings.isEmpty()) {
            X509Certificate own = chain.getFirst();
            Instant end = own.getNotAfter().toInstant();
            findings.add(
                    Finding.ok(
                            Step.OWN_CERTIFICATE,
                            "%s, issued by %s, valid until %s (%d days), the key fits"
                                    .formatted(
                                            identity.subject().orElse(""),
                                            identity.issuer().orElse(""),
                                            end,
                                            Duration.between(now, end).toDays())));
        }
        return findings;
    }

    private static Finding none() {
        return Finding.notTried(
                Step.OWN_CERTIFICATE,
                "none is configured (tls.cert and tls.key), which is right only where the broker"
                        + " demands none");
    }

    private void dates(List<X509Certificate> chain, String source, List<Finding> findings) {
        for (X509Certificate each : chain) {
            Instant from = each.getNotBefore().toInstant();
            Instant until = each.getNotAfter().toInstant();
            String which = source + ": " + subject(each);
            if (now.isAfter(until)) {
                findings.add(
                        Finding.failed(
                                Step.OWN_CERTIFICATE,
                                which + " expired " + until,
                                "have it issued again (caddis pki csr, or caddis pki issue"
                                        + " device)"));
            } else if (now.isBefore(from)) {
                findings.add(
                        Finding.failed(
                                Step.OWN_CERTIFICATE,
                                which
                                        + " is valid only from "
                                        + from
                                        + " on, and this machine's clock says "
                                        + now,
                                "correct the clock, or have it issued again"));
            } else if (now.plus(SOON).isAfter(until)) {
                findings.add(
                        Finding.warning(
                                Step.OWN_CERTIFICATE,
                                which
                                        + " expires "
                                        + until
                                        + ", in "
                                        + Duration.between(now, until).toDays()
                                        + " days",
                                "renew it now"));
            }
        }
    }

    private static void order(List<X509Certificate> chain, String source, List<Finding> findings) {
        for (int i = 1; i < chain.size(); i++) {
            X509Certificate below = chain.get(i - 1);
            X509Certificate above = chain.get(i);
            if (!isIssuedBy(below, above)) {
                findings.add(
                        Finding.failed(
                                Step.OWN_CERTIFICATE,
                                "%s: %s is followed by %s, which did not issue it"
                                        .formatted(source, subject(below), subject(above)),
                                "put the device's own certificate first, then its issuers, each"
                                        + " behind the one it issued"));
            }
        }
    }

    private static boolean isIssuedBy(X509Certificate below, X509Certificate above) {
        try {
            below.verify(above.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static void use(X509Certificate own, String source, List<Finding> findings) {
        try {
            List<String> uses = own.getExtendedKeyUsage();
            if (uses != null && !uses.contains(CLIENT)) {
                findings.add(
                        Finding.warning(
                                Step.OWN_CERTIFICATE,
                                source + ": " + subject(own) + " is not for TLS clients",
                                "have it issued for client authentication; most brokers refuse it"
                                        + " as it is"));
            }
        } catch (CertificateParsingException e) {
            findings.add(
                    Finding.warning(
                            Step.OWN_CERTIFICATE,
                            source + ": what it is for cannot be read: " + e.getMessage(),
                            "have it issued again"));
        }
    }

    private void name(LoadedIdentity identity, List<Finding> findings) {
        String name = identity.commonName().orElse("");
        if (!name.equals(settings.deviceId()) && !name.equals(settings.session().clientId())) {
            findings.add(
                    Finding.warning(
                            Step.OWN_CERTIFICATE,
                            "its common name \"%s\" is neither device.id \"%s\" nor the client id"
                                    .formatted(name, settings.deviceId()),
                            "right only where the broker does not compare them; device: { id:"
                                    + " \"${cert:cn}\" } makes them one"));
        }
    }

    private static String subject(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName();
    }
}
