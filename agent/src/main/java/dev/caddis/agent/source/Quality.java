package dev.caddis.agent.source;

/// Whether a reading can be believed.
public enum Quality {
    /// The source answered; its answer may be `null`.
    GOOD,
    /// Nothing answered, or what answered failed; the reading has a problem instead of a value.
    FAILED,
    /// Failed, and will for ever: no machine has a data path of this name.
    NO_SUCH_PATH
}
