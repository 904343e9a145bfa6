package dev.caddis.testkit;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Connack;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// A CONNACK of MQTT 5 with the limits of a broker; see [Packets#accepting].
public final class ConnackBuilder {

    private boolean sessionPresent;
    private ReasonCode reason = ReasonCode.SUCCESS;
    private @Nullable Integer receiveMaximum;
    private @Nullable Qos maximumQos;
    private @Nullable Boolean retainAvailable;
    private @Nullable Long maximumPacketSize;
    private @Nullable Integer serverKeepAliveSeconds;
    private @Nullable String reasonString;
    private @Nullable Integer topicAliasMaximum;
    private @Nullable Boolean subscriptionIdentifiersAvailable;
    private @Nullable String assignedClientId;
    private @Nullable String authenticationMethod;
    private @Nullable Bytes authenticationData;

    ConnackBuilder() {}

    public ConnackBuilder sessionPresent() {
        sessionPresent = true;
        return this;
    }

    public ConnackBuilder reason(ReasonCode reason, String text) {
        this.reason = reason;
        reasonString = text;
        return this;
    }

    /// QoS 1 and 2 messages that the client may have in flight, 1 to 65,535.
    public ConnackBuilder receiveMaximum(int messages) {
        receiveMaximum = messages;
        return this;
    }

    public ConnackBuilder maximumQos(Qos qos) {
        maximumQos = qos;
        return this;
    }

    public ConnackBuilder noRetain() {
        retainAvailable = false;
        return this;
    }

    /// Bytes of the largest packet that this broker takes.
    public ConnackBuilder maximumPacketSize(long bytes) {
        maximumPacketSize = bytes;
        return this;
    }

    /// Replaces the client's keep alive; 0 to 65,535.
    public ConnackBuilder serverKeepAliveSeconds(int seconds) {
        serverKeepAliveSeconds = seconds;
        return this;
    }

    /// Topic aliases that the client may use, 0 to 65,535.
    public ConnackBuilder topicAliasMaximum(int aliases) {
        topicAliasMaximum = aliases;
        return this;
    }

    /// Takes no SUBSCRIBE with a subscription identifier.
    public ConnackBuilder noSubscriptionIdentifiers() {
        subscriptionIdentifiersAvailable = false;
        return this;
    }

    public ConnackBuilder assignedClientId(String clientId) {
        assignedClientId = clientId;
        return this;
    }

    /// Ends an enhanced authentication with this broker's last word.
    public ConnackBuilder authentication(String method, String data) {
        authenticationMethod = method;
        authenticationData = Bytes.utf8(data);
        return this;
    }

    public Connack build() {
        return new Connack(
                sessionPresent,
                reason,
                new Connack.Properties(
                        null,
                        receiveMaximum,
                        maximumQos,
                        retainAvailable,
                        maximumPacketSize,
                        assignedClientId,
                        topicAliasMaximum,
                        reasonString,
                        List.of(),
                        null,
                        subscriptionIdentifiersAvailable,
                        null,
                        serverKeepAliveSeconds,
                        null,
                        null,
                        authenticationMethod,
                        authenticationData));
    }
}
