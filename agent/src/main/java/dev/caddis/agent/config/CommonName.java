package dev.caddis.agent.config;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;

import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/// Reads `${cert:cn}`: the common name in the subject of the first certificate of a PEM file.
final class CommonName {

    /// What the client library reads of a file at most.
    private static final int BYTES_MAX = 4 << 20;

    private static final String BEGIN = "-----BEGIN CERTIFICATE-----";
    private static final String REMEDY = "correct tls.cert, or write the name here";

    private CommonName() {}

    static String of(Path certificate) throws Refused {
        try {
            String pem = new String(read(certificate), StandardCharsets.ISO_8859_1);
            int begin = pem.indexOf(BEGIN);
            if (begin < 0) {
                throw Refused.plainly(
                        "${cert:cn}: " + certificate + " holds no PEM certificate", REMEDY);
            }
            byte[] first = pem.substring(begin).getBytes(StandardCharsets.ISO_8859_1);
            var parsed =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(first));
            return commonName(
                    ((X509Certificate) parsed).getSubjectX500Principal().getName(), certificate);
        } catch (IOException | CertificateException | InvalidNameException unreadable) {
            throw Refused.plainly(
                    "${cert:cn}: the certificate in " + certificate + " cannot be read", REMEDY);
        }
    }

    private static byte[] read(Path certificate) throws IOException, Refused {
        try (InputStream in = Files.newInputStream(certificate)) {
            byte[] bytes = in.readNBytes(BYTES_MAX + 1);
            if (bytes.length > BYTES_MAX) {
                throw Refused.plainly(
                        "${cert:cn}: " + certificate + " is larger than 4 MiB", REMEDY);
            }
            return bytes;
        }
    }

    private static String commonName(String subject, Path certificate)
            throws InvalidNameException, Refused {
        for (Rdn part :
                new LdapName(subject).getRdns().reversed()) { // the most specific part first
            if (part.getType().equalsIgnoreCase("CN") && part.getValue() instanceof String name) {
                return name;
            }
        }
        throw Refused.plainly("${cert:cn}: the subject of " + certificate + " has no CN", REMEDY);
    }
}
