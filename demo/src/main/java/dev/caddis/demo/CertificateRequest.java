package dev.caddis.demo;

import dev.caddis.agent.identity.CertificateSubject;
import dev.caddis.agent.identity.KeyKind;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;

/// What [ThrowAwayPki#issue] is asked to make; bad certificates are asked for as plainly as good
/// ones.
///
/// @param fileName the files' common stem: letters, digits, `.`, `_`, `-`
/// @param commonName the subject's CN
/// @param subjectNames DNS names and IP addresses for the subject alternative name; may be empty
/// @param server true for a TLS server, false for a TLS client
/// @param keyKind kind of the new key
/// @param expiredSince null for a valid certificate, else how long ago it ran out (less than one
///   hour)
/// @param keyPassword null for a key in clear, else what encrypts the PEM key (PBES2, AES-256)
public record CertificateRequest(
        String fileName,
        String commonName,
        List<String> subjectNames,
        boolean server,
        KeyKind keyKind,
        @Nullable Duration expiredSince,
        @Nullable String keyPassword) {
    /// @throws IllegalArgumentException when the file name could leave the directory or hide in it
    public CertificateRequest {
        fileName = CertificateSubject.fileName(fileName);
        if (commonName.isEmpty()) {
            throw new IllegalArgumentException(
                    "the certificate " + fileName + " has an empty common name; name its subject");
        }
        subjectNames = List.copyOf(subjectNames);
    }

    /// A client certificate named after its common name.
    public static CertificateRequest device(String commonName) {
        return new CertificateRequest(
                commonName, commonName, List.of(), false, KeyKind.EC_P256, null, null);
    }

    /// A server certificate for `names`, of which the first is also its common name. Names that the
    /// broker does not go by make the certificate a wrong one.
    public static CertificateRequest server(String fileName, List<String> names) {
        return new CertificateRequest(
                fileName, names.getFirst(), names, true, KeyKind.EC_P256, null, null);
    }

    public CertificateRequest fileName(String name) {
        return new CertificateRequest(
                name, commonName, subjectNames, server, keyKind, expiredSince, keyPassword);
    }

    public CertificateRequest rsa() {
        return new CertificateRequest(
                fileName,
                commonName,
                subjectNames,
                server,
                KeyKind.RSA_2048,
                expiredSince,
                keyPassword);
    }

    /// Valid in the past only: it ran out a minute ago.
    public CertificateRequest expired() {
        return new CertificateRequest(
                fileName,
                commonName,
                subjectNames,
                server,
                keyKind,
                Duration.ofMinutes(1),
                keyPassword);
    }

    /// Encrypts the PEM key under `password`.
    public CertificateRequest keyPassword(String password) {
        return new CertificateRequest(
                fileName, commonName, subjectNames, server, keyKind, expiredSince, password);
    }

    CertificateSubject subject() {
        return new CertificateSubject(commonName, subjectNames, server);
    }
}
