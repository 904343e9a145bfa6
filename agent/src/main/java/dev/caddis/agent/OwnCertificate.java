package dev.caddis.agent;

import dev.caddis.agent.config.Tls;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;

/// When the certificate in `tls.cert` expires. The file is read again once it has changed. Any
/// thread may ask.
final class OwnCertificate {

    private final @Nullable Path file;
    private @Nullable FileTime readAt; // guarded by this, as the next one
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
            FileTime changed = Files.getLastModifiedTime(file);
            if (!changed.equals(readAt)) {
                end = read(file);
                readAt = changed;
            }
            return end;
        } catch (IOException | CertificateException unreadable) {
            readAt = null; // it may be readable the next time
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
