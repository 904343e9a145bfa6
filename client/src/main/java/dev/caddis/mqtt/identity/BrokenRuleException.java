package dev.caddis.mqtt.identity;

import org.jspecify.annotations.Nullable;

import java.security.cert.CertificateException;

/// A server whose certificate comes from a CA that we trust, and that breaks one of our own rules.
/// The message says which, and what to do next.
public final class BrokenRuleException extends CertificateException {

    private static final long serialVersionUID = 1;

    /// Which rule, for programs.
    public enum Rule {
        /// None of the pinned keys is in its chain.
        PIN,
        /// A certificate of its chain is revoked, or that cannot be told.
        REVOCATION
    }

    private final Rule rule;

    BrokenRuleException(Rule rule, String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
        this.rule = rule;
    }

    /// Which rule it breaks.
    public Rule rule() {
        return rule;
    }
}
