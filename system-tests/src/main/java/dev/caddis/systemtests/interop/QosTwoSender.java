package dev.caddis.systemtests.interop;

import dev.caddis.mqtt.codec.Sender;
import dev.caddis.mqtt.packet.Connack;
import dev.caddis.mqtt.packet.Pubcomp;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Pubrec;
import dev.caddis.mqtt.packet.Pubrel;
import dev.caddis.mqtt.packet.Qos;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Did the client that published keep its part of QoS 2 (4.3.3)? Judged by the packets alone, for
/// messages whose texts all differ.
///
/// Where it did, each message was one exchange that the broker has confirmed: what arrives twice or
/// not at all is not its doing.
public final class QosTwoSender {
    private final Map<Integer, Exchange> open = new HashMap<>(); // by packet identifier
    private final Set<String> begun = new HashSet<>();
    private final Set<String> finished = new HashSet<>();

    private static final class Exchange {
        final String text;
        int publishedIn; // the last connection
        int answeredIn; // the first connection with a PUBREC; 0: none
        boolean released;

        Exchange(String text, int connection) {
            this.text = text;
            this.publishedIn = connection;
        }
    }

    private QosTwoSender() {}

    /// @param acknowledged the texts that the client called delivered
    /// @return what it did wrong first; empty where it did all right
    public static Optional<String> fault(List<Seen> wire, List<String> acknowledged) {
        var sender = new QosTwoSender();
        for (Seen seen : wire) {
            @Nullable String fault =
                    seen.from() == Sender.CLIENT ? sender.sent(seen) : sender.received(seen);
            if (fault != null) {
                return Optional.of(fault + "; " + seen);
            }
        }
        return acknowledged.stream()
                .filter(text -> !sender.finished.contains(text))
                .findFirst()
                .map(text -> "called \"" + text + "\" delivered before PUBCOMP");
    }

    private @Nullable String sent(Seen seen) {
        if (seen.packet() instanceof Publish publish && publish.qos() == Qos.EXACTLY_ONCE) {
            return published(seen.connection(), publish);
        }
        if (seen.packet() instanceof Pubrel pubrel) {
            Exchange exchange = open.get(pubrel.packetId());
            if (exchange != null) {
                exchange.released = true;
                return exchange.answeredIn == 0 ? "PUBREL without PUBREC" : null;
            }
        }
        return null;
    }

    private @Nullable String published(int connection, Publish publish) {
        String text = publish.payload().asUtf8();
        Exchange exchange = open.get(publish.packetId());
        if (exchange == null) {
            open.put(publish.packetId(), new Exchange(text, connection));
            return begun.add(text) ? null : "published again as a new message";
        }
        if (!exchange.text.equals(text)) {
            return "published under the identifier of \"" + exchange.text + "\"";
        }
        if (exchange.publishedIn == connection) {
            return "published twice on one connection"; // [MQTT-4.4.0-1]
        }
        if (!publish.dup()) {
            return "published again without DUP"; // [MQTT-3.3.1-1]
        }
        // a PUBREC of this connection may have crossed the PUBLISH
        if (exchange.released || (exchange.answeredIn > 0 && exchange.answeredIn < connection)) {
            return "published again after PUBREC"; // [MQTT-4.3.3-6]
        }
        exchange.publishedIn = connection;
        return null;
    }

    private @Nullable String received(Seen seen) {
        switch (seen.packet()) {
            case Pubrec pubrec when pubrec.reason().isError() -> open.remove(pubrec.packetId());
            case Pubrec pubrec -> {
                Exchange exchange = open.get(pubrec.packetId());
                if (exchange != null && exchange.answeredIn == 0) {
                    exchange.answeredIn = seen.connection();
                }
            }
            case Pubcomp pubcomp -> {
                Exchange exchange = open.get(pubcomp.packetId());
                if (exchange != null && exchange.released) {
                    open.remove(pubcomp.packetId());
                    finished.add(exchange.text);
                }
            }
            case Connack connack when !connack.sessionPresent() -> { // all begins anew
                open.values().forEach(exchange -> begun.remove(exchange.text));
                open.clear();
            }
            default -> {}
        }
        return null;
    }
}
