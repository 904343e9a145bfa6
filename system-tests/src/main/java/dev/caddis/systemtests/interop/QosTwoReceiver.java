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

/// Did the client that subscribed keep its part of QoS 2 (4.3.3)? Judged by the packets, and by
/// what its handler got.
///
/// Where it did, the handler got each message that the broker published as a new one, and no other:
/// what is there twice or missing is not its doing.
public final class QosTwoReceiver {
    private enum Stage {
        /// PUBLISH came: another one is the same message `[MQTT-4.3.3-10]`.
        RECEIVED,
        /// PUBREL came. Until PUBCOMP is seen, another PUBLISH may be taken for either.
        RELEASED
    }

    private final List<String> handled;
    private int next; // index in handled
    private int connection;
    private final Map<Integer, Stage> open = new HashMap<>(); // by packet identifier
    private final Set<Integer> publishedHere = new HashSet<>(); // on this connection
    private final Map<Integer, Integer> pubcompsOwed = new HashMap<>(); // on this connection

    private QosTwoReceiver(List<String> handled) {
        this.handled = handled;
    }

    /// @param handled the texts that the handler got; what came after the last of them is not
    ///   judged
    /// @return what the client did wrong first; empty where it did all right
    public static Optional<String> fault(List<Seen> wire, List<String> handled) {
        var receiver = new QosTwoReceiver(handled);
        for (Seen seen : wire) {
            if (receiver.next == handled.size()) {
                return Optional.empty();
            }
            receiver.on(seen.connection());
            @Nullable String fault =
                    seen.from() == Sender.CLIENT ? receiver.sent(seen) : receiver.received(seen);
            if (fault != null) {
                return Optional.of(fault + "; " + seen);
            }
        }
        return receiver.next == handled.size()
                ? Optional.empty()
                : Optional.of(
                        "handed over \"" + handled.get(receiver.next) + "\", which never came");
    }

    private void on(int number) {
        if (number != connection) {
            connection = number;
            publishedHere.clear();
            pubcompsOwed.clear();
        }
    }

    private @Nullable String sent(Seen seen) {
        if (seen.packet() instanceof Pubrec pubrec && !publishedHere.contains(pubrec.packetId())) {
            return "PUBREC without PUBLISH";
        }
        if (seen.packet() instanceof Pubcomp pubcomp) {
            open.remove(pubcomp.packetId(), Stage.RELEASED);
            int left = pubcompsOwed.merge(pubcomp.packetId(), -1, Integer::sum);
            return left < 0 ? "PUBCOMP without PUBREL" : null;
        }
        return null;
    }

    private @Nullable String received(Seen seen) {
        switch (seen.packet()) {
            case Publish publish when publish.qos() == Qos.EXACTLY_ONCE -> {
                return published(publish);
            }
            case Pubrel pubrel -> {
                open.replace(pubrel.packetId(), Stage.RELEASED);
                pubcompsOwed.merge(pubrel.packetId(), 1, Integer::sum);
            }
            case Connack connack when !connack.sessionPresent() -> open.clear();
            default -> {}
        }
        return null;
    }

    private @Nullable String published(Publish publish) {
        publishedHere.add(publish.packetId());
        @Nullable Stage before = open.put(publish.packetId(), Stage.RECEIVED);
        boolean isNext = handled.get(next).equals(publish.payload().asUtf8());
        if (before == null && !isNext) {
            return "the handler got \"" + handled.get(next) + "\" where a new message came";
        }
        if (before == null || (before == Stage.RELEASED && isNext)) {
            next++;
        }
        return null;
    }
}
