package dev.caddis.mqtt.identity;

import dev.caddis.mqtt.identity.BrokenRuleException.Rule;
import dev.caddis.mqtt.identity.IdentityException.Problem;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The CRLs of one file, PEM or DER (RFC 5280 section 5): whole ones, each signed by the CA that
/// issued what it lists.
final class RevocationList {

    /// Delta CRLs, and CRLs of a part of what a CA issued.
    private static final List<String> NOT_READ = List.of("2.5.29.27", "2.5.29.28");

    private final IdentityFile file;
    private static final String REMEDY =
            "; it must have blocks BEGIN X509 CRL, or be one CRL in DER: fetch it again";

    private final List<X509CRL> lists;

    private RevocationList(IdentityFile file, List<X509CRL> lists) {
        this.file = file;
        this.lists = lists;
    }

    static RevocationList read(IdentityFile file) throws IdentityException {
        byte[] content = file.read();
        var lists = new ArrayList<X509CRL>();
        try {
            for (var each :
                    CertificateFactory.getInstance("X.509")
                            .generateCRLs(new ByteArrayInputStream(content))) {
                lists.add((X509CRL) each);
            }
        } catch (CRLException | CertificateException e) {
            throw new IdentityException(
                    Problem.BAD_CRL,
                    file + " cannot be read as CRLs: " + e.getMessage() + REMEDY,
                    e);
        }
        if (lists.isEmpty()) {
            throw new IdentityException(Problem.BAD_CRL, file + " holds no CRL" + REMEDY);
        }
        for (X509CRL list : lists) {
            Set<String> critical = list.getCriticalExtensionOIDs();
            if (critical != null && NOT_READ.stream().anyMatch(critical::contains)) {
                throw new IdentityException(
                        Problem.BAD_CRL,
                        file
                                + " holds a CRL of a part of what its CA issued, which is not read"
                                + " here; use the whole one");
            }
        }
        return new RevocationList(file, List.copyOf(lists));
    }

    /// Checks the server's certificate, which must be known to be good, and the CAs above it as far
    /// as there is a list of who issued them.
    ///
    /// @param issuer of `own`; `null`: nobody knows its key
    /// @param between each CA that may stand between `own` and one that we trust, with its issuers
    void check(
            X509Certificate own,
            @Nullable X509Certificate issuer,
            Map<X509Certificate, List<X509Certificate>> between)
            throws BrokenRuleException {
        if (issuer == null) {
            throw new BrokenRuleException(
                    Rule.REVOCATION,
                    "no CRL can be judged: the certificate of %s, its issuer, is neither sent nor"
                                    .formatted(Subject.of(own.getIssuerX500Principal()))
                            + " trusted; put it into the CA file",
                    null);
        }
        X509CRL first = listOf(issuer);
        if (first == null) {
            throw new BrokenRuleException(
                    Rule.REVOCATION,
                    "%s holds no CRL of its issuer %s; put that CA's CRL into the file"
                            .formatted(file, Subject.of(issuer)),
                    null);
        }
        requireGood(own, first);
        for (var each : between.entrySet()) {
            for (X509Certificate above : each.getValue()) {
                X509CRL list = listOf(above);
                if (list != null) {
                    requireGood(each.getKey(), list);
                }
            }
        }
    }

    @SuppressWarnings("JavaUtilDate") // the CRL has no other
    private void requireGood(X509Certificate certificate, X509CRL list) throws BrokenRuleException {
        X509CRLEntry entry = list.getRevokedCertificate(certificate);
        if (entry != null) {
            throw new BrokenRuleException(
                    Rule.REVOCATION,
                    "its certificate chain has a revoked one: %s, revoked %s (%s); give the broker"
                                    .formatted(
                                            Subject.of(certificate),
                                            entry.getRevocationDate().toInstant(),
                                            file)
                            + " another certificate",
                    null);
        }
        Date next = list.getNextUpdate();
        if (next != null && next.toInstant().isBefore(Instant.now())) {
            throw new BrokenRuleException(
                    Rule.REVOCATION,
                    "the CRL of %s in %s ended %s; fetch the newest"
                            .formatted(
                                    Subject.of(certificate.getIssuerX500Principal()),
                                    file,
                                    next.toInstant()),
                    null);
        }
    }

    /// The newest list that `issuer` signed; `null`: there is none.
    @SuppressWarnings("JavaUtilDate")
    private @Nullable X509CRL listOf(X509Certificate issuer) {
        X509CRL newest = null;
        for (X509CRL list : lists) {
            boolean newer = newest == null || list.getThisUpdate().after(newest.getThisUpdate());
            if (newer
                    && list.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())
                    && isSignedBy(list, issuer)) {
                newest = list;
            }
        }
        return newest;
    }

    private static boolean isSignedBy(X509CRL list, X509Certificate issuer) {
        try {
            list.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false; // of another CA with the same name
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
