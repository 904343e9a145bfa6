package dev.caddis.agent.source;

/// Nothing answers this data path.
public final class NoSuchPathException extends ReadingFailedException {

    private static final long serialVersionUID = 1;

    public NoSuchPathException(String message) {
        super(message);
    }
}
