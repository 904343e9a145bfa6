package dev.caddis.systemtests.interop;

import java.io.IOException;

/// A broker that runs behind mutual TLS on a port of the loopback interface.
public interface RunningBroker extends AutoCloseable {
    int port();

    /// Its version, such as `2.0.11`; empty where it does not tell.
    String version();

    /// What it has logged; empty where that is not kept.
    String log();

    /// Ends it and whatever it started.
    @Override
    void close() throws IOException;
}
