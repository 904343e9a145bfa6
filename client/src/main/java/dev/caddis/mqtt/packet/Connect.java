package dev.caddis.mqtt.packet;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// The first packet of a connection (3.1) `[MQTT-3.1.0-1]`.
///
/// @param cleanStart MQTT 5 Clean Start, 3.1.1 Clean Session
/// @param keepAliveSeconds 0 to 65,535; 0 switches keep alive off
/// @param clientId may be empty, then the broker assigns one
/// @param properties empty in 3.1.1
public record Connect(
        ProtocolVersion version,
        boolean cleanStart,
        int keepAliveSeconds,
        String clientId,
        @Nullable Will will,
        @Nullable String userName,
        @Nullable Bytes password,
        Properties properties)
        implements Packet {

    /// The properties of CONNECT (MQTT 5.0 section 3.1.2.11); `null` where the packet leaves one
    /// out.
    ///
    /// @param sessionExpirySeconds absent is 0: the session ends with the connection; 4,294,967,295
    ///   is never
    /// @param receiveMaximum absent is 65,535
    /// @param maximumPacketSize bytes; absent is no limit but the protocol's
    /// @param topicAliasMaximum absent is 0
    public record Properties(
            @Nullable Long sessionExpirySeconds,
            @Nullable Integer receiveMaximum,
            @Nullable Long maximumPacketSize,
            @Nullable Integer topicAliasMaximum,
            @Nullable Boolean requestResponseInformation,
            @Nullable Boolean requestProblemInformation,
            List<UserProperty> userProperties,
            @Nullable String authenticationMethod,
            @Nullable Bytes authenticationData) {

        /// None at all.
        public static final Properties NONE =
                new Properties(null, null, null, null, null, null, List.of(), null, null);

        public Properties {
            userProperties = List.copyOf(userProperties);
        }
    }
}
