package dev.caddis.mqtt;

import dev.caddis.mqtt.MqttClientBuilder.PasswordSource;

import org.jspecify.annotations.Nullable;

/// Where a broker is, and how it is reached and logged in to. Immutable: each method returns
/// another one.
public final class BrokerAddress {

    final String url;
    final @Nullable String userName;
    final @Nullable PasswordSource password;
    final @Nullable String proxy;
    final @Nullable String proxyUser;
    final @Nullable PasswordSource proxyPassword;
    final boolean sharesSession;

    private BrokerAddress(
            String url,
            @Nullable String userName,
            @Nullable PasswordSource password,
            @Nullable String proxy,
            @Nullable String proxyUser,
            @Nullable PasswordSource proxyPassword,
            boolean sharesSession) {
        this.url = url;
        this.userName = userName;
        this.password = password;
        this.proxy = proxy;
        this.proxyUser = proxyUser;
        this.proxyPassword = proxyPassword;
        this.sharesSession = sharesSession;
    }

    /// @param url as in [MqttClientBuilder#broker]
    public static BrokerAddress of(String url) {
        return new BrokerAddress(url, null, null, null, null, null, false);
    }

    /// In place of that of the builder, as is its password then.
    ///
    /// @param password asked at each attempt to connect; `null`: none
    public BrokerAddress login(@Nullable String userName, @Nullable PasswordSource password) {
        return new BrokerAddress(
                url, userName, password, proxy, proxyUser, proxyPassword, sharesSession);
    }

    /// As [MqttClientBuilder#proxy(String)], in place of that one.
    public BrokerAddress proxy(String url) {
        return proxy(url, null, null);
    }

    /// As [MqttClientBuilder#proxy(String, String, PasswordSource)], in place of that one.
    public BrokerAddress proxy(
            String url, @Nullable String userName, @Nullable PasswordSource password) {
        return new BrokerAddress(
                this.url, this.userName, this.password, url, userName, password, sharesSession);
    }

    /// This broker keeps its sessions together with all others of the group that say so: they are
    /// nodes of one cluster, or doors of one broker. The session is resumed at any of them.
    public BrokerAddress sharedSession() {
        return new BrokerAddress(url, userName, password, proxy, proxyUser, proxyPassword, true);
    }

    /// The URL.
    @Override
    public String toString() {
        return url;
    }
}
