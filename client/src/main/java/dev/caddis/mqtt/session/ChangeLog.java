package dev.caddis.mqtt.session;

/// Where changes are recorded, in order. Positions grow by one a change, from 1.
public interface ChangeLog {

    /// Records `change`; returns at once, durable or not.
    ///
    /// @return its position
    long append(Change change);

    /// Every change up to this position is durable; 0 while none is.
    long durable();
}
