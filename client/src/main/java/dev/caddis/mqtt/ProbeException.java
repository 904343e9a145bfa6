package dev.caddis.mqtt;

import dev.caddis.mqtt.event.ConnectionFailure;

/// A [Probe] came no further: where, and why.
public final class ProbeException extends MqttException {

    private static final long serialVersionUID = 1L;

    private final Probe.Step step;
    private final ConnectionFailure failure;

    ProbeException(Probe.Step step, ConnectionFailure failure) {
        super(failure.sentence(), null);
        this.step = step;
        this.failure = failure;
    }

    /// What was being done.
    public Probe.Step step() {
        return step;
    }

    public ConnectionFailure failure() {
        return failure;
    }
}
