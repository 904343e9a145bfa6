package dev.caddis.systemtests;

import java.time.Duration;

/// How a network is that a [CuttingProxy] plays. It holds for every connection, from the next bytes
/// on.
///
/// @param latency what every byte takes in each direction
/// @param jitter what it may take longer, drawn anew for each piece; order is kept
/// @param bytesPerSecond in each direction of each connection; 0: no limit
/// @param cutAfterBytes a connection is reset when this many bytes went from the client to the
///   broker; 0: never
/// @param deaf nothing reaches the client, not even the end of the connection, while what it sends
///   still arrives: the half-open connection
public record Weather(
        Duration latency, Duration jitter, long bytesPerSecond, long cutAfterBytes, boolean deaf) {

    public static final Weather FINE = new Weather(Duration.ZERO, Duration.ZERO, 0, 0, false);

    public static Weather slow(Duration latency, Duration jitter) {
        return new Weather(latency, jitter, 0, 0, false);
    }

    public static Weather narrow(long bytesPerSecond) {
        return new Weather(Duration.ZERO, Duration.ZERO, bytesPerSecond, 0, false);
    }

    public static Weather cutAfter(long bytes) {
        return new Weather(Duration.ZERO, Duration.ZERO, 0, bytes, false);
    }

    public static Weather halfOpen() {
        return new Weather(Duration.ZERO, Duration.ZERO, 0, 0, true);
    }
}
