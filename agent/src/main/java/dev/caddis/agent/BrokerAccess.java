package dev.caddis.agent;

import dev.caddis.agent.config.Broker;
import dev.caddis.agent.config.Proxy;
import dev.caddis.agent.config.Secret;
import dev.caddis.agent.config.SessionSettings.MqttVersion;
import dev.caddis.agent.config.Tls;
import dev.caddis.mqtt.BrokerAddress;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder;
import dev.caddis.mqtt.MqttClientBuilder.PasswordSource;
import dev.caddis.mqtt.packet.ProtocolVersion;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// How a configuration reaches its broker: the part of a client that `caddis run`, `pub` and `sub`
/// have in common.
public final class BrokerAccess {

    private BrokerAccess() {}

    /// A builder with the brokers, who we are, whom we trust, and the user names; without a client
    /// id.
    public static MqttClientBuilder builder(List<Broker> brokers, @Nullable Tls tls) {
        MqttClientBuilder builder =
                MqttClient.builder()
                        .brokers(
                                brokers.stream()
                                        .map(BrokerAccess::address)
                                        .toArray(BrokerAddress[]::new));
        return tls == null ? builder : builder.identity(tls.identity());
    }

    /// As [#builder(List, Tls)], for one of them.
    public static MqttClientBuilder builder(Broker broker, @Nullable Tls tls) {
        return builder(List.of(broker), tls);
    }

    private static BrokerAddress address(Broker broker) {
        BrokerAddress address =
                BrokerAddress.of(broker.url()).login(broker.username(), source(broker.password()));
        Proxy proxy = broker.proxy();
        if (proxy != null) {
            address = address.proxy(proxy.url(), proxy.username(), source(proxy.password()));
        }
        return broker.sharedSession() ? address.sharedSession() : address;
    }

    private static @Nullable PasswordSource source(@Nullable Secret password) {
        return password == null ? null : () -> password.read().getBytes(StandardCharsets.UTF_8);
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
