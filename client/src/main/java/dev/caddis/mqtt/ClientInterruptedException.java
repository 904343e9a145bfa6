package dev.caddis.mqtt;

/// The calling thread was interrupted while it waited; its interrupt flag is set again.
public final class ClientInterruptedException extends MqttException {

    private static final long serialVersionUID = 1L;

    ClientInterruptedException(String while_, InterruptedException cause) {
        super("interrupted while " + while_, cause);
        Thread.currentThread().interrupt();
    }
}
