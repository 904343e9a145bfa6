package dev.caddis.mqtt.session;

import dev.caddis.mqtt.packet.UserProperty;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// What a session uses of MQTT 5 where the connection speaks it.
///
/// @param topicAliasMaximum topic aliases the broker may use, 0 to 65,535
/// @param outgoingTopicAliases topic aliases we use at most, 0 to 65,535; never more than the
///   broker allows
/// @param subscriptionIdentifiers whether each filter gets an identifier, by which its messages
///   find their handler
/// @param requestResponseInformation whether the broker is asked where responses may be sent
/// @param userProperties of CONNECT
/// @param authenticationMethod of enhanced authentication, which 3.1.1 does not have; `null`: none
public record Mqtt5Options(
        int topicAliasMaximum,
        int outgoingTopicAliases,
        boolean subscriptionIdentifiers,
        boolean requestResponseInformation,
        List<UserProperty> userProperties,
        @Nullable String authenticationMethod) {

    /// 64 aliases each way, subscription identifiers, and nothing else.
    public static final Mqtt5Options DEFAULT =
            new Mqtt5Options(64, 64, true, false, List.of(), null);

    /// @throws IllegalArgumentException when a value is outside its bounds
    public Mqtt5Options {
        SessionSettings.require("topic alias maximum", topicAliasMaximum, 0, 65_535);
        SessionSettings.require("outgoing topic aliases", outgoingTopicAliases, 0, 65_535);
        userProperties = List.copyOf(userProperties);
    }
}
