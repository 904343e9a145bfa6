package dev.caddis.mqtt.packet;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// The broker's answer to CONNECT (3.2).
///
/// @param properties empty in 3.1.1
public record Connack(boolean sessionPresent, ReasonCode reason, Properties properties)
        implements Packet {

    /// The properties of CONNACK (MQTT 5.0 section 3.2.2.3); `null` where the packet leaves one
    /// out.
    public record Properties(
            @Nullable Long sessionExpirySeconds,
            @Nullable Integer receiveMaximum,
            @Nullable Qos maximumQos,
            @Nullable Boolean retainAvailable,
            @Nullable Long maximumPacketSize,
            @Nullable String assignedClientId,
            @Nullable Integer topicAliasMaximum,
            @Nullable String reasonString,
            List<UserProperty> userProperties,
            @Nullable Boolean wildcardSubscriptionAvailable,
            @Nullable Boolean subscriptionIdentifiersAvailable,
            @Nullable Boolean sharedSubscriptionAvailable,
            @Nullable Integer serverKeepAliveSeconds,
            @Nullable String responseInformation,
            @Nullable String serverReference,
            @Nullable String authenticationMethod,
            @Nullable Bytes authenticationData) {

        /// None at all.
        public static final Properties NONE =
                new Properties(
                        null, null, null, null, null, null, null, null, List.of(), null, null, null,
                        null, null, null, null, null);

        public Properties {
            userProperties = List.copyOf(userProperties);
        }
    }
}
