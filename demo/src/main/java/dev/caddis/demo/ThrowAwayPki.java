package dev.caddis.demo;

import dev.caddis.agent.identity.Certificates;
import dev.caddis.agent.identity.KeyKind;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A certificate authority in a directory, for a demonstration or a test: made, used and thrown
/// away.
///
/// Everything it issues is valid from one hour ago for [#VALIDITY]. Private keys lie beside their
/// certificates in clear (unless a request asks for a password), readable by their owner alone, so
/// none of this belongs on a real device. Nothing is ever overwritten: the directory must be new or
/// empty, and a name is issued once.
///
/// ```
/// DIRECTORY/ca.pem           the authority's certificate
/// DIRECTORY/truststore.p12   the same as PKCS#12, password STORE_PASSWORD
/// DIRECTORY/NAME.pem         for each name issued: its certificate,
/// DIRECTORY/NAME.key         its key, PKCS#8,
/// DIRECTORY/NAME.p12         both as PKCS#12, password STORE_PASSWORD
/// ```
public final class ThrowAwayPki {
    /// How long certificates last from now on, unless a request says otherwise.
    public static final Duration VALIDITY = Duration.ofDays(7);

    /// Opens every PKCS#12 file here. No secret: the same keys lie beside them in PEM.
    public static final String STORE_PASSWORD = "throw-away";

    private static final Duration CLOCK_TOLERANCE = Duration.ofHours(1);

    private final PkiDirectory directory;
    private final Instant validFrom;
    private final Instant validUntil;
    private final KeyPair authorityKeys;
    private final X509Certificate authority;

    private ThrowAwayPki(PkiDirectory directory, Instant now) throws IOException {
        this.directory = directory;
        this.validFrom = now.minus(CLOCK_TOLERANCE);
        this.validUntil = now.plus(VALIDITY);
        this.authorityKeys = KeyKind.EC_P256.generate();
        this.authority =
                Certificates.selfSigned(
                        "Caddis throw-away CA", authorityKeys, validFrom, validUntil);
        directory.writeAuthority(authority);
    }

    /// Makes a new authority in `directory`, which is created, with its parents, if it does not
    /// exist.
    ///
    /// @throws IOException when the directory holds anything already, is not a directory, or cannot
    ///   be written
    public static ThrowAwayPki create(Path directory) throws IOException {
        return new ThrowAwayPki(PkiDirectory.claim(directory), Instant.now());
    }

    /// Issues what `request` asks for, good or bad.
    ///
    /// @throws IOException when that name was issued before or a file cannot be written
    public Issued issue(CertificateRequest request) throws IOException {
        KeyPair keys = request.keyKind().generate();
        Instant until =
                request.expiredSince() == null
                        ? validUntil
                        : Instant.now().minus(request.expiredSince());
        X509Certificate certificate =
                Certificates.signed(
                        request.subject(),
                        keys.getPublic(),
                        authority,
                        authorityKeys.getPrivate(),
                        validFrom,
                        until);
        return directory.write(request, keys.getPrivate(), certificate, authority);
    }

    /// Issues `server.pem` for this machine: localhost, 127.0.0.1 and ::1, and `moreNames` (DNS
    /// names or IP addresses).
    public Issued issueServer(String... moreNames) throws IOException {
        List<String> names = new ArrayList<>(List.of("localhost", "127.0.0.1", "::1"));
        names.addAll(List.of(moreNames));
        return issue(CertificateRequest.server("server", names));
    }

    /// Issues a client certificate whose common name and file name are `commonName`.
    public Issued issueDevice(String commonName) throws IOException {
        return issue(CertificateRequest.device(commonName));
    }

    /// A second authority below this directory, unknown to whoever trusts this one.
    public ThrowAwayPki strangers() throws IOException {
        return create(directory.path().resolve("strangers"));
    }

    public Path directory() {
        return directory.path();
    }

    /// The authority's certificate, PEM.
    public Path ca() {
        return directory.path().resolve("ca.pem");
    }

    /// The authority's certificate, PKCS#12 with [#STORE_PASSWORD].
    public Path trustStore() {
        return directory.path().resolve("truststore.p12");
    }

    /// TLS as a client of this authority's servers sees it, for tools and tests that do not use the
    /// Caddis library.
    ///
    /// @param client what the client shows; null to show nothing
    public SSLContext clientContext(@Nullable Issued client) throws IOException {
        return TlsContexts.client(trustStore(), client);
    }

    /// Trust in this authority alone, for libraries that build their own TLS context.
    public TrustManagerFactory trust() throws IOException {
        return TlsContexts.trust(trustStore());
    }
}
