package dev.caddis.mqtt.session;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The brokers that one session may be brought to, in the order in which they are tried.
///
/// @param members at least one
/// @param followsReferrals whether a broker that is reached over TLS may send us to another
public record BrokerGroup(List<Member> members, boolean followsReferrals) {

    /// One of them.
    ///
    /// @param url `SCHEME://HOST:PORT` and, in a WebSocket, a path
    /// @param sharedSession whether it keeps its sessions together with all others that say so
    public record Member(String url, boolean sharedSession) {

        boolean isEncrypted() {
            return url.startsWith("mqtts:") || url.startsWith("wss:");
        }

        String host() {
            return authority().replaceFirst(":[0-9]+$", "").toLowerCase(Locale.ROOT);
        }

        private String authority() {
            int from = url.indexOf("://") + "://".length();
            int to = url.indexOf('/', from);
            return to < 0 ? url.substring(from) : url.substring(from, to);
        }

        /// The same way to another server.
        String urlAt(String authority) {
            int from = url.indexOf("://") + "://".length();
            return url.substring(0, from) + authority + url.substring(from + authority().length());
        }
    }

    /// @throws IllegalArgumentException when there is none, one stands there twice, or some are
    ///   encrypted and others not: nobody is sent from the one to the other unasked
    public BrokerGroup {
        members = List.copyOf(members);
        if (members.isEmpty()) {
            throw new IllegalArgumentException("a group of brokers needs one at least");
        }
        Set<String> urls = new HashSet<>();
        for (Member each : members) {
            if (!urls.add(each.url())) {
                throw new IllegalArgumentException(
                        "broker " + each.url() + " is given twice; leave one out");
            }
        }
        Member first = members.getFirst();
        for (Member each : members) {
            if (each.isEncrypted() != first.isEncrypted()) { // law 7
                throw new IllegalArgumentException(
                        "broker "
                                + (first.isEncrypted() ? each : first).url()
                                + " is not encrypted and broker "
                                + (first.isEncrypted() ? first : each).url()
                                + " is; a group is encrypted or it is not: write mqtts:// or"
                                + " wss://");
            }
        }
    }

    /// Of one broker.
    public static BrokerGroup of(String url) {
        return new BrokerGroup(List.of(new Member(url, false)), true);
    }

    /// The hosts of its members: by them a session is known to belong to it.
    public List<String> hosts() {
        return members.stream().map(Member::host).distinct().toList();
    }
}
