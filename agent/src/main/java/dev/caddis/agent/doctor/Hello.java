package dev.caddis.agent.doctor;

import dev.caddis.agent.config.AgentSettings;
import dev.caddis.agent.config.Broker;
import dev.caddis.agent.config.Secret;
import dev.caddis.agent.config.SubscriptionSettings;
import dev.caddis.agent.telemetry.TopicSettings;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Connack;
import dev.caddis.mqtt.packet.Connect;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// CONNECT under a name of the doctor's own, and what the broker's answer means.
final class Hello {

    private static final long PACKET_BYTES = 1 << 20;

    private final AgentSettings settings;
    private final Broker broker;
    private final String clientId;

    Hello(AgentSettings settings, Broker broker, String clientId) {
        this.settings = settings;
        this.broker = broker;
        this.clientId = clientId;
    }

    /// A clean start, a session that ends with the connection, and no will: nothing of it stays.
    ///
    /// @throws IOException when the password cannot be read
    Connect connect(ProtocolVersion version) throws IOException {
        Secret password = broker.password();
        return new Connect(
                version,
                true,
                Math.toIntExact(settings.session().keepAlive().toSeconds()),
                clientId,
                null,
                broker.username(),
                password == null ? null : Bytes.utf8(password.read()),
                version == ProtocolVersion.V3_1_1
                        ? Connect.Properties.NONE
                        : new Connect.Properties(
                                0L, null, PACKET_BYTES, null, null, null, List.of(), null, null));
    }

    Finding refused(Connack answer) {
        String said = answer.properties().reasonString();
        return Finding.failed(
                Step.CONNECT,
                "the broker refused client id \"%s\"%s: %s%s"
                        .formatted(
                                clientId,
                                broker.username() == null ? "" : ", user " + broker.username(),
                                words(answer.reason()),
                                said == null ? "" : " (" + said + ")"),
                remedy(answer));
    }

    private String remedy(Connack answer) {
        String elsewhere = answer.properties().serverReference();
        return switch (answer.reason()) {
            case BAD_USER_NAME_OR_PASSWORD ->
                    "correct brokers.username and brokers.password, or what the broker knows of"
                            + " them";
            case NOT_AUTHORIZED ->
                    "see what the broker allows this user, certificate and client id; where it"
                            + " knows the agent's \""
                            + settings.session().clientId()
                            + "\" only, allow the doctor's too, or stop the agent and write"
                            + " --client-id "
                            + settings.session().clientId();
            case CLIENT_IDENTIFIER_NOT_VALID ->
                    "the doctor takes a client id of its own; where the broker knows the agent's \""
                            + settings.session().clientId()
                            + "\" only, stop the agent and write --client-id "
                            + settings.session().clientId();
            case UNSUPPORTED_PROTOCOL_VERSION -> "write session: { mqtt: 3.1.1 }, or auto";
            case USE_ANOTHER_SERVER, SERVER_MOVED ->
                    elsewhere == null
                            ? "ask its operator which broker to use"
                            : "it names " + elsewhere + ": connect to that one if you trust it";
            case SERVER_UNAVAILABLE, SERVER_BUSY, QUOTA_EXCEEDED, CONNECTION_RATE_EXCEEDED ->
                    "try again later, and see the broker's log";
            default -> "see the broker's log";
        };
    }

    /// `not authorized (0x87)`
    static String words(ReasonCode reason) {
        return "%s (0x%02x)"
                .formatted(
                        reason.name().toLowerCase(Locale.ROOT).replace('_', ' '), reason.value());
    }

    Finding accepted(ProtocolVersion version, Connack answer) {
        if (version == ProtocolVersion.V3_1_1) {
            return Finding.ok(
                    Step.CONNECT,
                    "as client id \"" + clientId + "\", MQTT 3.1.1, which announces no limits");
        }
        Connack.Properties said = answer.properties();
        var limits = new ArrayList<String>();
        limits.add(
                (said.receiveMaximum() == null ? 65_535 : said.receiveMaximum())
                        + " messages in flight");
        limits.add("QoS " + maximumQos(answer).level());
        limits.add(
                said.maximumPacketSize() == null
                        ? "packets of any size"
                        : "packets of " + said.maximumPacketSize() + " bytes");
        limits.add((said.topicAliasMaximum() == null ? 0 : said.topicAliasMaximum()) + " aliases");
        limits.add(isFalse(said.retainAvailable()) ? "no retain" : "retain");
        limits.add(isFalse(said.wildcardSubscriptionAvailable()) ? "no wildcards" : "wildcards");
        limits.add(
                isFalse(said.sharedSubscriptionAvailable())
                        ? "no shared subscriptions"
                        : "shared subscriptions");
        if (said.serverKeepAliveSeconds() != null) {
            limits.add("keep alive " + said.serverKeepAliveSeconds() + " s");
        }
        return Finding.ok(
                Step.CONNECT,
                "as client id \"" + clientId + "\", MQTT 5; at most " + String.join(", ", limits));
    }

    static Qos maximumQos(Connack answer) {
        Qos most = answer.properties().maximumQos();
        return most == null ? Qos.EXACTLY_ONCE : most;
    }

    private static boolean isFalse(@Nullable Boolean said) {
        return Boolean.FALSE.equals(said);
    }

    /// What is configured and more than the broker takes.
    List<Finding> beyond(Connack answer) {
        var findings = new ArrayList<Finding>();
        Qos most = maximumQos(answer);
        for (TopicSettings each : settings.topics()) {
            if (each.qos().level() > most.level()) {
                findings.add(
                        Finding.failed(
                                        Step.CONNECT,
                                        "QoS %d is configured, and the broker takes %d at most"
                                                .formatted(each.qos().level(), most.level()),
                                        "write qos: " + most.level())
                                .about(each.topic()));
            }
            if (each.retain() && isFalse(answer.properties().retainAvailable())) {
                findings.add(
                        Finding.failed(
                                        Step.CONNECT,
                                        "retain is configured, and the broker retains nothing",
                                        "write retain: false")
                                .about(each.topic()));
            }
        }
        for (SubscriptionSettings each : settings.subscriptions()) {
            boolean wildcard = each.filter().contains("+") || each.filter().contains("#");
            if (wildcard && isFalse(answer.properties().wildcardSubscriptionAvailable())) {
                findings.add(
                        Finding.failed(
                                        Step.CONNECT,
                                        "it has a wildcard, and the broker takes none",
                                        "name each topic")
                                .about(each.filter()));
            }
        }
        return findings;
    }
}
