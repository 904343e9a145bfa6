package dev.caddis.mqtt.session;

import dev.caddis.mqtt.packet.Connack;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Qos;

import org.jspecify.annotations.Nullable;

/// What the broker of this connection takes, as its CONNACK says (MQTT 5.0 section 3.2.2.3); in
/// 3.1.1 everything.
///
/// @param inFlight QoS 1 and 2 PUBLISHes without an answer: the lower of its Receive Maximum and
///   our own bound `[MQTT-4.9.0-1]`
/// @param maximumPacketSize bytes
/// @param topicAliases how many we may use, the lower of its maximum and our own
/// @param subscriptionIdentifiers whether filters get one
record Limits(
        int inFlight,
        Qos maximumQos,
        boolean retainAvailable,
        long maximumPacketSize,
        long keepAliveNanos,
        int topicAliases,
        boolean subscriptionIdentifiers,
        boolean wildcards,
        boolean sharedSubscriptions) {

    private static final long PROTOCOL_MAXIMUM = 268_435_460;
    private static final long NANOS = 1_000_000_000L;

    static Limits of(SessionSettings settings, ProtocolVersion version, Connack connack) {
        long keepAlive = settings.keepAlive().toSeconds();
        if (version == ProtocolVersion.V3_1_1) {
            return new Limits(
                    settings.maxInFlight(),
                    Qos.EXACTLY_ONCE,
                    true,
                    PROTOCOL_MAXIMUM,
                    keepAlive * NANOS,
                    0,
                    false,
                    true,
                    true);
        }
        Connack.Properties said = connack.properties();
        return new Limits(
                said.receiveMaximum() == null
                        ? settings.maxInFlight()
                        : Math.min(settings.maxInFlight(), said.receiveMaximum()),
                said.maximumQos() == null ? Qos.EXACTLY_ONCE : said.maximumQos(),
                said.retainAvailable() == null || said.retainAvailable(),
                said.maximumPacketSize() == null ? PROTOCOL_MAXIMUM : said.maximumPacketSize(),
                keepAlive(keepAlive, said.serverKeepAliveSeconds()) * NANOS,
                said.topicAliasMaximum() == null
                        ? 0
                        : Math.min(
                                settings.mqtt5().outgoingTopicAliases(), said.topicAliasMaximum()),
                settings.mqtt5().subscriptionIdentifiers()
                        && (said.subscriptionIdentifiersAvailable() == null
                                || said.subscriptionIdentifiersAvailable()),
                said.wildcardSubscriptionAvailable() == null
                        || said.wildcardSubscriptionAvailable(),
                said.sharedSubscriptionAvailable() == null || said.sharedSubscriptionAvailable());
    }

    /// The broker's value replaces ours `[MQTT-3.2.2-21]`; where it asks for none we go on with
    /// ours, since otherwise its silence would go unnoticed, and pinging is always allowed.
    private static long keepAlive(long ours, @Nullable Integer theirs) {
        return theirs == null || theirs == 0 ? ours : theirs;
    }
}
