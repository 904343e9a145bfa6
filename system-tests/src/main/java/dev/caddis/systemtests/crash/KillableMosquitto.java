package dev.caddis.systemtests.crash;

import dev.caddis.systemtests.Mosquitto;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Mosquitto, which acknowledges before it saves.
record KillableMosquitto(Mosquitto mosquitto) implements KillableBroker {

    private static final Duration SAVING = Duration.ofMillis(500);

    @Override
    public int port() {
        return mosquitto.port();
    }

    @Override
    public void start() throws IOException {
        mosquitto.start();
    }

    /// It saves by itself; the second time from now on has begun with all that there is now.
    @Override
    public void save() {
        long before = saves();
        while (saves() < before + 2) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        LockSupport.parkNanos(SAVING.toNanos());
    }

    private long saves() {
        return mosquitto.log().lines().filter(line -> line.contains("Saving in-memory")).count();
    }

    @Override
    public void kill() {
        mosquitto.kill();
    }

    @Override
    public void close() {
        mosquitto.close();
    }
}
