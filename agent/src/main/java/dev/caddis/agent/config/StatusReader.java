package dev.caddis.agent.config;

import dev.caddis.agent.status.StatusSettings;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Section `status`.
final class StatusReader {

    private static final String EXAMPLE = "write 127.0.0.1:9464";
    private static final int PORT_MAX = 65_535;

    /// The host is an address of digits, or `localhost`: no name is looked up.
    private static final Pattern LISTEN =
            Pattern.compile("(localhost|[0-9.]+|\\[([0-9a-fA-F:.]+)]):([0-9]{1,5})");

    private static final Parser<Duration> EVERY =
            DurationParser.between(Duration.ofSeconds(1), Duration.ofDays(1));

    private StatusReader() {}

    /// The settings; `null` when the section is absent: then nothing listens.
    static @Nullable StatusSettings read(Section root) {
        Section status = root.section("status", Keys.STATUS);
        if (status == null) {
            return null;
        }
        if (!status.has("topic")) {
            if (status.has("every")) {
                status.wrong("every", "has no topic", "write topic: NAME beside it, or remove it");
            }
            Value listen = status.required("listen", EXAMPLE + ", or topic: NAME");
            return listen == null ? null : listen.read(StatusReader::listen);
        }
        String topic = status.readOrNull("topic", MqttParsers.topic());
        Duration every = status.read("every", EVERY, Duration.ofMinutes(1));
        StatusSettings server =
                status.has("listen") ? status.readOrNull("listen", StatusReader::listen) : null;
        return topic == null
                ? null
                : new StatusSettings(
                        server == null ? null : server.address(),
                        server == null ? 0 : server.port(),
                        new StatusSettings.Report(topic, every));
    }

    private static StatusSettings listen(String text) throws Refused {
        Matcher parts = LISTEN.matcher(text);
        if (!parts.matches()) {
            throw Refused.value("is not an address of this machine and a port", EXAMPLE);
        }
        int port = Integer.parseInt(parts.group(3));
        if (port == 0 || port > PORT_MAX) {
            throw Refused.value(
                    "has a port that does not exist", "write a port from 1 to " + PORT_MAX);
        }
        InetAddress address = address(parts.group(2) == null ? parts.group(1) : parts.group(2));
        if (!address.isLoopbackAddress()) {
            throw Refused.value(
                    "is beyond loopback, where the page would need a token and TLS, which this"
                            + " version does not have",
                    EXAMPLE + ", and reach it through ssh -L 9464:127.0.0.1:9464 DEVICE");
        }
        return new StatusSettings(address, port);
    }

    private static InetAddress address(String host) throws Refused {
        try {
            return host.equals("localhost")
                    ? InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1})
                    : InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException | UnknownHostException noAddress) {
            throw Refused.value("is not an address of this machine and a port", EXAMPLE);
        }
    }
}
