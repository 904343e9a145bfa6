package dev.caddis.agent.status;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.time.Duration;

/// Where the agent tells how it is.
///
/// @param address of loopback; `null`: no server
/// @param port 0: any that is free, for tests
/// @param report `null`: the broker is not told
public record StatusSettings(@Nullable InetAddress address, int port, @Nullable Report report) {

    /// The metrics as a retained message.
    ///
    /// @param every how often, more than zero
    public record Report(String topic, Duration every) {

        public Report {
            if (!every.isPositive()) {
                throw new IllegalArgumentException(
                        "the interval is " + every + "; write more than zero");
            }
        }
    }

    public StatusSettings {
        if (address != null && !address.isLoopbackAddress()) {
            throw new IllegalArgumentException(
                    address.getHostAddress()
                            + " is beyond loopback, where everybody in the network could read the"
                            + " status page; write 127.0.0.1");
        }
    }

    /// A server alone.
    public StatusSettings(InetAddress address, int port) {
        this(address, port, null);
    }
}
