package dev.caddis.agent.identity;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.ECGenParameterSpec;

/// The kind of a private key that is made here.
public enum KeyKind {
    EC_P256,
    RSA_2048;

    /// A new key of this kind.
    public KeyPair generate() {
        try {
            return switch (this) {
                case EC_P256 -> {
                    var generator = KeyPairGenerator.getInstance("EC");
                    generator.initialize(new ECGenParameterSpec("secp256r1"));
                    yield generator.generateKeyPair();
                }
                case RSA_2048 -> {
                    var generator = KeyPairGenerator.getInstance("RSA");
                    generator.initialize(2048);
                    yield generator.generateKeyPair();
                }
            };
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "this Java runtime cannot make a key of kind " + this, e);
        }
    }

    /// What kind of key that is, in words: `EC P-256`, `RSA 2048`, `Ed25519`.
    static String of(Key key) {
        return switch (key) {
            case ECKey curve -> "EC P-" + curve.getParams().getCurve().getField().getFieldSize();
            case RSAKey rsa -> "RSA " + rsa.getModulus().bitLength();
            default -> key.getAlgorithm().equals("EdDSA") ? "Ed25519" : key.getAlgorithm();
        };
    }
}
