package dev.caddis.agent;

import java.util.List;

/// Another configuration is right, and this agent cannot go over to it while it runs: it goes on as
/// before. Each sentence says why, and what to do.
public final class ReloadRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient List<String> sentences;

    ReloadRefusedException(List<String> sentences) {
        super(String.join("; ", sentences));
        this.sentences = List.copyOf(sentences);
    }

    ReloadRefusedException(List<String> sentences, Throwable cause) {
        super(String.join("; ", sentences), cause);
        this.sentences = List.copyOf(sentences);
    }

    public List<String> sentences() {
        return sentences;
    }
}
