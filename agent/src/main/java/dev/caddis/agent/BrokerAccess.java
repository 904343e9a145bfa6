package dev.caddis.agent;

import dev.caddis.agent.config.Broker;
import dev.caddis.agent.config.Secret;
import dev.caddis.agent.config.SessionSettings.MqttVersion;
import dev.caddis.agent.config.Tls;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder;
import dev.caddis.mqtt.packet.ProtocolVersion;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;

/// How a configuration reaches its broker: the part of a client that `caddis run`, `pub` and `sub`
/// have in common.
public final class BrokerAccess {

    private BrokerAccess() {}

    /// A builder with the broker, who we are, whom we trust, and the user name; without a client
    /// id.
    public static MqttClientBuilder builder(Broker broker, @Nullable Tls tls) {
        MqttClientBuilder builder = MqttClient.builder().broker(broker.url());
        if (tls != null) {
            builder.identity(tls.identity());
        }
        if (broker.username() != null) {
            builder.userName(broker.username());
        }
        Secret password = broker.password();
        if (password != null) {
            builder.password(() -> password.read().getBytes(StandardCharsets.UTF_8));
        }
        return builder;
    }

    /// Makes `builder` speak `version` only; with AUTO it finds out.
    public static MqttClientBuilder speak(MqttClientBuilder builder, MqttVersion version) {
        return switch (version) {
            case AUTO -> builder;
            case V5 -> builder.version(ProtocolVersion.V5);
            case V3_1_1 -> builder.version(ProtocolVersion.V3_1_1);
        };
    }
}
