package dev.caddis.agent.cli;

/// Runs an action on Ctrl-C or SIGTERM, until closed, and ends the log. The exit code is then the
/// JVM's: 130 or 143.
final class OnInterrupt implements AutoCloseable {

    private final Thread hook;
    private volatile boolean fired;

    OnInterrupt(Runnable action) {
        hook =
                new Thread(
                        () -> {
                            fired = true;
                            action.run();
                            Logging.stop();
                        },
                        "caddis-interrupt");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /// Whether the process is being stopped; then what fails meanwhile is no news.
    boolean fired() {
        return fired;
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException stopping) {
            fired = true; // it runs just now
        }
    }
}
