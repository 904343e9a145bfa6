package dev.caddis.demo;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;

/// The kind of a private key. Certificates are signed by the authority, whose key is always
/// [#EC_P256].
public enum KeyKind {
    EC_P256,
    RSA_2048;

    KeyPair generate() {
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
}
