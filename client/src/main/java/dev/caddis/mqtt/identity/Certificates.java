package dev.caddis.mqtt.identity;

import dev.caddis.mqtt.identity.IdentityException.Problem;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/// The certificates of a PEM file.
final class Certificates {

    private Certificates() {}

    /// Every certificate of `file`, in its order; at least one.
    static List<X509Certificate> read(IdentityFile file) throws IdentityException {
        var certificates = new ArrayList<X509Certificate>();
        for (PemBlock block : PemBlock.read(file)) {
            if (block.isCertificate()) {
                certificates.add(decode(block, file));
            }
        }
        if (certificates.isEmpty()) {
            throw new IdentityException(
                    Problem.NOT_PEM,
                    file
                            + " holds no block \"-----BEGIN CERTIFICATE-----\"; is it the right"
                            + " file?");
        }
        return List.copyOf(certificates);
    }

    private static X509Certificate decode(PemBlock block, IdentityFile file)
            throws IdentityException {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(block.der()));
        } catch (CertificateException e) {
            throw new IdentityException(
                    Problem.BAD_CERTIFICATE,
                    "%s: the certificate of line %d cannot be read (%s); copy it again"
                            .formatted(file, block.line(), e.getMessage()),
                    e);
        }
    }
}
