package dev.caddis.agent.config;

/// What is logged, and how it looks.
public record LogSettings(Level level, Format format) {

    /// The least severe level that is written.
    public enum Level {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }

    /// How one event looks.
    public enum Format {
        /// One line a person reads.
        TEXT,
        /// One JSON object a line.
        JSON
    }
}
