package dev.caddis.agent.source;

/// Nothing answers this data path.
public final class NoSuchPathException extends ReadingFailedException {

    private static final long serialVersionUID = 1;

    private final boolean forGood;

    /// Nothing on any machine is called so.
    public NoSuchPathException(String message) {
        this(message, true);
    }

    private NoSuchPathException(String message, boolean forGood) {
        super(message);
        this.forGood = forGood;
    }

    /// Nothing answers now: what would is not attached.
    static NoSuchPathException now(String message) {
        return new NoSuchPathException(message, false);
    }

    /// Whether nothing will ever answer this path here.
    boolean isForGood() {
        return forGood;
    }
}
