package dev.caddis.mqtt.session;

import org.jspecify.annotations.Nullable;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Another server that a broker reached over TLS names in place of itself (4.11).
///
/// @param host a name or an address; IPv6 without its brackets
public record Referral(String host, int port) {

    private static final int PORT_MAX = 65_535;
    private static final int PORT_MQTTS = 8883;
    private static final int PORT_WSS = 443;
    private static final Pattern FORM =
            Pattern.compile(
                    "(?:(?<scheme>[a-z]+)://)?"
                            + "(?:\\[(?<address>[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)\\]"
                            + "|(?<name>(?=[^:/]{1,253}(?:[:/]|$))"
                            + "[A-Za-z0-9][A-Za-z0-9_-]{0,62}(?<!-)"
                            + "(?:\\.(?!-)[A-Za-z0-9_-]{1,63}(?<!-))*))"
                            + "(?::(?<port>[0-9]{1,5}))?/?");

    /// The first server of `reference` that can be reached in the way in which `from` was: 4.11
    /// recommends names with an optional port, separated by spaces. A scheme, which some brokers
    /// write, has to be that of `from`: a way without TLS is never taken instead.
    ///
    /// @return `null` where there is none
    static @Nullable Referral of(String reference, BrokerGroup.Member from) {
        for (String each : reference.strip().split("\\s+", -1)) {
            Matcher matcher = FORM.matcher(each);
            if (!matcher.matches()) {
                continue;
            }
            String scheme = matcher.group("scheme");
            String digits = matcher.group("port");
            int port = digits == null ? usualPort(from) : Integer.parseInt(digits);
            if (port > 0
                    && port <= PORT_MAX
                    && (scheme == null || from.url().startsWith(scheme + "://"))) {
                String address = matcher.group("address");
                return new Referral(address == null ? matcher.group("name") : address, port);
            }
        }
        return null;
    }

    private static int usualPort(BrokerGroup.Member from) {
        return from.url().startsWith("wss") ? PORT_WSS : PORT_MQTTS;
    }

    String authority() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
