package dev.caddis.agent;

import dev.caddis.agent.config.Tls;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;

/// When the certificate in `tls.cert` expires. The file is read again once it has changed. Any
/// thread may ask.
final class OwnCertificate {

    private final @Nullable Path file;
    private @Nullable FileStamp readAs; // guarded by this, as the next one
    private @Nullable Instant end;

    OwnCertificate(@Nullable Tls tls) {
        this.file = tls == null ? null : tls.cert();
    }

    /// `null`: there is no such file, or it holds no certificate now.
    synchronized @Nullable Instant end() {
        if (file == null) {
            return null;
        }
        try {
            FileStamp now = FileStamp.of(file);
            if (!now.equals(readAs)) {
                end = read(file);
                readAs = now;
            }
            return end;
        } catch (IOException | CertificateException unreadable) {
            readAs = null; // it may be readable the next time
            end = null;
            return null;
        }
    }

    private static Instant read(Path file) throws IOException, CertificateException {
        try (InputStream in = Files.newInputStream(file)) {
            var first = CertificateFactory.getInstance("X.509").generateCertificate(in);
            return ((X509Certificate) first).getNotAfter().toInstant();
        }
    }
}
