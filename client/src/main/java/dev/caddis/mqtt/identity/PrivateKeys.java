package dev.caddis.mqtt.identity;

import dev.caddis.mqtt.identity.IdentityException.Problem;

import org.jspecify.annotations.Nullable;

import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import java.util.Optional;

/// The private key of a PEM file: PKCS#8, plain or encrypted, RSA or EC.
final class PrivateKeys {

    private static final List<String> ALGORITHMS = List.of("EC", "RSA");

    private PrivateKeys() {}

    /// The only private key of `file`. `password` is asked only when the key is encrypted.
    static PrivateKey read(IdentityFile file, @Nullable KeyPassword password)
            throws IdentityException {
        PemBlock block = onlyKey(file);
        return switch (block.label()) {
            case "PRIVATE KEY" ->
                    decode(block.der())
                            .orElseThrow(() ->
                                    new IdentityException(
                                            Problem.UNSUPPORTED_KEY,
                                            file
                                                    + " holds neither an RSA key nor an EC key of"
                                                    + " curve P-256, P-384 or P-521; make one of"
                                                    + " these"));
            case "ENCRYPTED PRIVATE KEY" -> EncryptedKey.read(block, file, password);
            default ->
                    throw new IdentityException(
                            Problem.UNSUPPORTED_KEY,
                            "%s is a \"%s\", which is not read here; convert it to PKCS#8: %s"
                                    .formatted(file, block.label(), conversion(block, file)));
        };
    }

    /// The key in `pkcs8`, or nothing when no supported algorithm makes a key of it.
    static Optional<PrivateKey> decode(byte[] pkcs8) {
        return ALGORITHMS.stream().flatMap(a -> decode(a, pkcs8).stream()).findFirst();
    }

    private static Optional<PrivateKey> decode(String algorithm, byte[] pkcs8) {
        try {
            return Optional.of(
                    KeyFactory.getInstance(algorithm)
                            .generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
        } catch (InvalidKeySpecException e) {
            return Optional.empty(); // not a key of this algorithm
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no " + algorithm + " keys", e);
        }
    }

    private static PemBlock onlyKey(IdentityFile file) throws IdentityException {
        List<PemBlock> keys = PemBlock.read(file).stream().filter(PemBlock::isPrivateKey).toList();
        if (keys.isEmpty()) {
            throw new IdentityException(
                    Problem.NOT_PEM,
                    file
                            + " holds no block \"-----BEGIN PRIVATE KEY-----\"; is it the right"
                            + " file?");
        }
        if (keys.size() > 1) {
            throw new IdentityException(
                    Problem.UNSUPPORTED_KEY,
                    "%s holds %d private keys; leave only the one of the certificate in it"
                            .formatted(file, keys.size()));
        }
        return keys.getFirst();
    }

    private static String conversion(PemBlock block, IdentityFile file) {
        if (block.label().startsWith("OPENSSH")) {
            return "ssh-keygen -p -m PKCS8 -f " + file.path();
        }
        String encryption = block.legacyEncrypted() ? "-v2 aes256" : "-nocrypt";
        return "openssl pkcs8 -topk8 %s -in %s -out %s.pk8"
                .formatted(encryption, file.path(), file.path());
    }
}
