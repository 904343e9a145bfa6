package dev.caddis.mqtt.identity;

import org.jspecify.annotations.Nullable;

/// Key material that cannot be used. The message is one sentence: what, which file, why, what to
/// do. It holds no secret.
public final class IdentityException extends Exception {

    private static final long serialVersionUID = 1;

    /// What is wrong, for programs; the message says it to people.
    public enum Problem {
        /// A certificate file is named without a key file.
        KEY_NOT_GIVEN,
        /// A key file is named without a certificate file.
        CERTIFICATE_NOT_GIVEN,
        /// No such file.
        FILE_MISSING,
        /// The file is there and cannot be read.
        FILE_UNREADABLE,
        /// No PEM block, a damaged one, or none of the kind that is needed here.
        NOT_PEM,
        /// A PEM block named CERTIFICATE that holds no X.509 certificate, or a CA list that TLS
        /// cannot use.
        BAD_CERTIFICATE,
        /// A file of certificate revocation lists that holds none, a damaged one or one that is not
        /// read here.
        BAD_CRL,
        /// The key is encrypted and no password was given.
        KEY_ENCRYPTED_WITHOUT_PASSWORD,
        /// A PKCS#12 file that is damaged, or a file or token that holds no private key with its
        /// certificate, or several.
        BAD_STORE,
        /// A PKCS#11 token, or the library that speaks to it, cannot be reached.
        TOKEN_UNUSABLE,
        /// The password could not be read.
        PASSWORD_UNREADABLE,
        /// The password does not open the key.
        WRONG_PASSWORD,
        /// A key, or an encryption of it, that is not read here.
        UNSUPPORTED_KEY,
        /// The key is not the key of the first certificate.
        KEY_DOES_NOT_FIT,
        /// No CA file is named, and this Java knows no CA.
        NO_SYSTEM_CAS
    }

    private final Problem problem;

    IdentityException(Problem problem, String sentence) {
        this(problem, sentence, null);
    }

    IdentityException(Problem problem, String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
        this.problem = problem;
    }

    /// What is wrong, for programs.
    public Problem problem() {
        return problem;
    }
}
