package dev.caddis.mqtt.identity;

import dev.caddis.mqtt.identity.IdentityException.Problem;

import org.jspecify.annotations.Nullable;

import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import java.util.Objects;

/// The private key of a PEM file, RSA, EC or Ed25519: PKCS#8, PKCS#1 or SEC1, plain or encrypted.
final class PrivateKeys {

    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA");

    private PrivateKeys() {}

    /// The only private key of `file`. `password` is asked only when the key is encrypted.
    static PrivateKey read(IdentityFile file, @Nullable KeyPassword password)
            throws IdentityException {
        List<PemBlock> blocks = PemBlock.read(file);
        PemBlock block = onlyKey(blocks, file);
        if (block.label().equals("ENCRYPTED PRIVATE KEY")) {
            return EncryptedKey.open(
                    block, file, password, der -> usable(decode("PRIVATE KEY", der, null), file));
        }
        requireKnown(block, file);
        byte[] curve =
                blocks.stream()
                        .filter(b -> b.label().equals("EC PARAMETERS"))
                        .map(PemBlock::der)
                        .findFirst()
                        .orElse(null);
        if (block.legacyEncrypted()) {
            return EncryptedKey.open(
                    block, file, password, der -> usable(decode(block.label(), der, curve), file));
        }
        PrivateKey key = usable(decode(block.label(), block.der(), curve), file);
        if (key == null) {
            throw new IdentityException(
                    Problem.UNSUPPORTED_KEY,
                    "%s: the key of line %d is damaged, or neither an RSA key, an Ed25519 key nor an"
                                    .formatted(file, block.line())
                            + " EC key of curve P-256, P-384 or P-521; copy it again, or make one"
                            + " of these");
        }
        return key;
    }

    private static void requireKnown(PemBlock block, IdentityFile file) throws IdentityException {
        switch (block.label()) {
            case "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY" -> {}
            default ->
                    throw new IdentityException(
                            Problem.UNSUPPORTED_KEY,
                            "%s is a \"%s\", which is not read here; %s"
                                    .formatted(
                                            file,
                                            block.label(),
                                            block.label().startsWith("OPENSSH")
                                                    ? "convert it: ssh-keygen -p -m PKCS8 -f "
                                                            + file.path()
                                                    : "use an RSA, EC or Ed25519 key"));
        }
    }

    /// The key in `der`; null when there is none that Java can read.
    private static @Nullable PrivateKey decode(String label, byte[] der, byte @Nullable [] curve) {
        try {
            byte[] pkcs8 =
                    switch (label) {
                        case "RSA PRIVATE KEY" -> OlderKeys.fromPkcs1(der);
                        case "EC PRIVATE KEY" -> OlderKeys.fromSec1(der, curve);
                        default -> der;
                    };
            return ALGORITHMS.stream()
                    .map(algorithm -> decode(algorithm, pkcs8))
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
        } catch (InvalidKeySpecException damaged) {
            return null;
        }
    }

    private static @Nullable PrivateKey decode(String algorithm, byte[] pkcs8) {
        try {
            return KeyFactory.getInstance(algorithm)
                    .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (InvalidKeySpecException | NoSuchAlgorithmException e) {
            return null; // not a key of this algorithm, or a Java without it
        }
    }

    /// `key`, unless it is on a curve that Java reads and does not sign with.
    static <K extends @Nullable PrivateKey> K usable(K key, IdentityFile file)
            throws IdentityException {
        if (key != null && !KeyFit.signs(key)) {
            throw new IdentityException(
                    Problem.UNSUPPORTED_KEY,
                    file
                            + " holds a key that Java does not sign with; make an EC key of curve"
                            + " P-256, P-384 or P-521, or an RSA or Ed25519 key");
        }
        return key;
    }

    private static PemBlock onlyKey(List<PemBlock> blocks, IdentityFile file)
            throws IdentityException {
        List<PemBlock> keys = blocks.stream().filter(PemBlock::isPrivateKey).toList();
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
}
