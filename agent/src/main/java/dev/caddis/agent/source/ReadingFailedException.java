package dev.caddis.agent.source;

import java.io.IOException;

/// A value cannot be had; the message is a sentence for the person who reads the log.
public class ReadingFailedException extends IOException {

    private static final long serialVersionUID = 1;

    public ReadingFailedException(String message) {
        super(message);
    }
}
