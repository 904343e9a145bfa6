package dev.caddis.bench;

import java.io.IOException;

/// One way to publish: QoS 1, [#PAYLOAD_BYTES] to [#TOPIC], at most [#WINDOW] in flight, over
/// mutual TLS.
interface Contender extends AutoCloseable {

    int WINDOW = 1000;
    int PAYLOAD_BYTES = 100;
    String TOPIC = "bench/rate";

    /// Connects; on return the broker has accepted.
    void open() throws Exception;

    /// Publishes `messages` and returns once the broker has acknowledged each of them.
    void run(int messages) throws Exception;

    @Override
    void close() throws IOException;
}
