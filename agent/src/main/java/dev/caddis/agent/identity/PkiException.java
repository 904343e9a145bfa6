package dev.caddis.agent.identity;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/// What cannot be made or read, why, and what to do: one sentence.
public final class PkiException extends IOException {

    private static final long serialVersionUID = 1L;

    PkiException(String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
    }
}
