package dev.caddis.mqtt.store;

/// Bytes of a journal are not what was written.
final class DamagedException extends Exception {

    private static final long serialVersionUID = 1L;

    DamagedException(String message) {
        super(message);
    }
}
