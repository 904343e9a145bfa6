package dev.caddis.agent.status;

import java.util.Locale;

/// What became of one message.
enum Outcome {
    ACKNOWLEDGED,
    REFUSED,
    DROPPED,
    /// Nobody knows for this topic: too many others were open when it was handed in, or the client
    /// ended. It is in the totals.
    UNTOLD;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
