package dev.caddis.agent.cli;

/// A connection that had been accepted ended before its work was done.
final class ConnectionLostException extends Exception {

    private static final long serialVersionUID = 1L;

    ConnectionLostException(String reason) {
        super(reason);
    }
}
