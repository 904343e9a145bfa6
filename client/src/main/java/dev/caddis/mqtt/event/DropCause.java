package dev.caddis.mqtt.event;

/// Why a message was given up before the broker had it.
public enum DropCause {
    /// The outbox was full and the policy made room at its old end.
    OUTBOX_FULL_OLDEST,
    /// The outbox was full and the policy refused the new message.
    OUTBOX_FULL_NEWEST,
    /// A QoS 0 message while there was no connection, or in the air when it ended.
    NOT_CONNECTED,
    /// Larger than the broker's Maximum Packet Size.
    TOO_LARGE,
    /// The connection cannot carry it: quality of service, retain, or MQTT 5 properties over 3.1.1.
    NOT_SUPPORTED,
    /// Its Message Expiry Interval passed in the outbox.
    EXPIRED,
    /// It waited in the outbox for longer than the bound of age.
    TOO_OLD,
    /// The journal was damaged where it stood.
    DAMAGED,
    /// The outbox was emptied by hand.
    PURGED,
    /// A QoS 0 message arrived faster than the handlers took it.
    INCOMING_OVERFLOW
}
