package dev.caddis.systemtests.crash;

import java.io.IOException;

/// A broker as a process of its own, on one port, that comes back with what it kept on disk.
interface KillableBroker extends AutoCloseable {

    int port();

    /// Returns once it takes connections.
    void start() throws IOException;

    /// Returns once all that it holds is on disk.
    void save() throws IOException;

    /// SIGKILL.
    void kill();

    @Override
    void close();
}
