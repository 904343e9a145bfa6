package dev.caddis.mqtt.identity;

import org.jspecify.annotations.Nullable;

import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A pin as people write it.
final class PinText {

    private static final Pattern SHAPE =
            Pattern.compile("(?:pin-sha256=\"([^\"]*)\"|(?:sha256/)?(.*))", Pattern.DOTALL);
    private static final int SHA_256_BYTES = 32;

    private PinText() {}

    /// The digest alone, in Base64.
    static String digest(String pin) {
        Matcher shape = SHAPE.matcher(pin.strip());
        if (shape.matches()) {
            String text = shape.group(1) == null ? shape.group(2) : shape.group(1);
            try {
                byte[] bytes = Base64.getDecoder().decode(text);
                if (bytes.length == SHA_256_BYTES) {
                    return Base64.getEncoder().encodeToString(bytes);
                }
            } catch (IllegalArgumentException e) {
                throw refused(e);
            }
        }
        throw refused(null);
    }

    private static IllegalArgumentException refused(@Nullable Throwable cause) {
        return new IllegalArgumentException(
                "a pin is not the SHA-256 of a public key in Base64; make it by: openssl x509 -in"
                        + " broker.pem -pubkey -noout | openssl pkey -pubin -outform der | openssl"
                        + " dgst -sha256 -binary | base64",
                cause);
    }
}
