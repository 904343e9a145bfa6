package dev.caddis.mqtt.identity;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/// What one [ClientIdentity#load()] found: immutable, ready for TLS. What depends on a client
/// certificate is empty without one.
public final class LoadedIdentity {

    private final X509ExtendedTrustManager trustManager;
    private final @Nullable Path caFile;
    private final @Nullable Device device;
    private final TlsVersion minimum;

    /// @param source the file or the token, in words
    /// @param certificateFile `null`: the certificate is in the token
    record Device(
            String source,
            @Nullable Path certificateFile,
            List<X509Certificate> chain,
            PrivateKey key) {

        static Device in(Path file, List<X509Certificate> chain, PrivateKey key) {
            return new Device(file.toString(), file, chain, key);
        }

        X509Certificate certificate() {
            return chain.getFirst();
        }

        @Override
        public String toString() {
            return source; // a key says too much of itself
        }
    }

    LoadedIdentity(
            X509ExtendedTrustManager trustManager, @Nullable Path caFile, @Nullable Device device) {
        this(trustManager, caFile, device, TlsVersion.TLS_1_2);
    }

    private LoadedIdentity(
            X509ExtendedTrustManager trustManager,
            @Nullable Path caFile,
            @Nullable Device device,
            TlsVersion minimum) {
        this.trustManager = trustManager;
        this.caFile = caFile;
        this.device = device;
        this.minimum = minimum;
    }

    /// The same, for servers that keep to `rules`.
    LoadedIdentity under(ServerRules rules) {
        return new LoadedIdentity(
                new RuledTrust(trustManager, rules), caFile, device, rules.minimum());
    }

    /// The same certificate, with its key as `token` gives it now.
    LoadedIdentity withKeyOf(Pkcs11Token token) throws IdentityException {
        return device == null
                ? this
                : new LoadedIdentity(trustManager, caFile, token.load(device), minimum);
    }

    /// The same certificate and key, for the servers that `other` trusts.
    LoadedIdentity trustingAs(LoadedIdentity other) {
        return new LoadedIdentity(other.trustManager, other.caFile, device, other.minimum);
    }

    /// The oldest version of TLS that may be spoken.
    public TlsVersion minimum() {
        return minimum;
    }

    /// A new TLS context with this identity. It verifies no host name by itself: set endpoint
    /// identification "HTTPS".
    public SSLContext sslContext() {
        return sslContext(keyManager().orElse(null), trustManager);
    }

    /// A new TLS context with these managers, which usually wrap those of this identity.
    public static SSLContext sslContext(
            @Nullable X509ExtendedKeyManager keyManager, X509ExtendedTrustManager trustManager) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    keyManager == null ? new KeyManager[0] : new KeyManager[] {keyManager},
                    new TrustManager[] {trustManager},
                    null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot make a TLS context", e);
        }
    }

    /// Offers the client certificate to any server that asks; empty without one.
    public Optional<X509ExtendedKeyManager> keyManager() {
        return device().map(d -> new DeviceKeyManager(d.key(), d.chain()));
    }

    /// Checks servers against the CA file, or the system's CAs.
    public X509ExtendedTrustManager trustManager() {
        return trustManager;
    }

    /// The file of the CAs that are trusted; empty: the system's CAs.
    public Optional<Path> caFile() {
        return Optional.ofNullable(caFile);
    }

    /// The client certificate and its issuers, the device's own first; empty without one.
    public List<X509Certificate> chain() {
        return device().map(Device::chain).orElse(List.of());
    }

    /// The file the client certificate was read from; empty where it is in a token.
    public Optional<Path> certificateFile() {
        return device().flatMap(d -> Optional.ofNullable(d.certificateFile()));
    }

    /// Where the client certificate was found, in words: a path, or a PKCS#11 token.
    public Optional<String> certificateSource() {
        return device().map(Device::source);
    }

    /// The subject of the client certificate, as in `CN=pump-17,O=Example`.
    public Optional<String> subject() {
        return device().map(d -> Subject.of(d.certificate()));
    }

    /// The common name of the client certificate; empty also when it has none.
    public Optional<String> commonName() {
        return device().flatMap(d -> Subject.commonName(d.certificate()));
    }

    /// The issuer of the client certificate.
    public Optional<String> issuer() {
        return device().map(d -> d.certificate().getIssuerX500Principal().getName());
    }

    /// When the client certificate expires or expired.
    public Optional<Instant> notAfter() {
        return device().map(d -> d.certificate().getNotAfter().toInstant());
    }

    /// When the client certificate begins to be valid.
    public Optional<Instant> notBefore() {
        return device().map(d -> d.certificate().getNotBefore().toInstant());
    }

    /// The client certificate in words: `certs/device.pem, subject CN=pump-17, issued by CN=Example
    /// CA, expired 2026-03-01T00:00:00Z`, or `valid until`.
    public String certificateInWords() {
        return device().map(
                        d -> {
                            Instant end = d.certificate().getNotAfter().toInstant();
                            return "%s, subject %s, issued by %s, %s %s"
                                    .formatted(
                                            d.source(),
                                            Subject.of(d.certificate()),
                                            d.certificate().getIssuerX500Principal().getName(),
                                            end.isBefore(Instant.now()) ? "expired" : "valid until",
                                            end);
                        })
                .orElse("no client certificate");
    }

    /// Whether TLS would tell no difference: the same certificates, and the same CAs trusted.
    public boolean isSameAs(LoadedIdentity other) {
        return showsAs(other)
                && Set.copyOf(Arrays.asList(trustManager.getAcceptedIssuers()))
                        .equals(Set.copyOf(Arrays.asList(other.trustManager.getAcceptedIssuers())));
    }

    /// Whether both show the same certificate.
    public boolean showsAs(LoadedIdentity other) {
        return chain().equals(other.chain());
    }

    private Optional<Device> device() {
        return Optional.ofNullable(device);
    }

    @Override
    public String toString() {
        return subject().orElse("no client certificate")
                + ", trusts "
                + (caFile == null ? "the system's CAs" : "CA file " + caFile);
    }
}
