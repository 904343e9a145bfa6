package dev.caddis.agent.config;

import dev.caddis.agent.config.Section.Entry;
import dev.caddis.agent.config.SessionSettings.MqttVersion;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// Section `brokers`: one, or a group.
final class BrokerReader {

    private static final String REMEDY =
            "write brokers: and below it, indented, \"- url: mqtts://HOST:8883\"";

    private BrokerReader() {}

    /// The brokers; fewer than there are, or none, where something was wrong, which was reported.
    static List<Broker> read(Section root, boolean withTls, MqttVersion mqtt) {
        if (!root.has("brokers")) {
            root.wrong("brokers", "is missing", REMEDY);
        }
        List<Broker> brokers = new ArrayList<>();
        for (Entry item : root.list("brokers", REMEDY)) {
            Section section = root.section(item, Keys.BROKER);
            Broker broker = section == null ? null : one(section, withTls, mqtt);
            if (section != null && broker != null) {
                requireToFit(section, broker, brokers);
                brokers.add(broker);
            }
        }
        return brokers;
    }

    /// Nobody is sent from an encrypted broker to one that is not.
    private static void requireToFit(Section section, Broker broker, List<Broker> others) {
        for (Broker other : others) {
            if (other.url().equals(broker.url())) {
                section.wrong("url", "stands there twice", "remove one");
                return;
            }
        }
        if (!others.isEmpty()
                && BrokerUrl.isEncrypted(others.getFirst().url())
                        != BrokerUrl.isEncrypted(broker.url())) {
            section.wrong(
                    "url",
                    BrokerUrl.isEncrypted(broker.url())
                            ? "is encrypted, and the first broker is not"
                            : "is not encrypted, and the first broker is",
                    "write mqtts:// or wss:// for all of them");
        }
    }

    private static @Nullable Broker one(Section broker, boolean withTls, MqttVersion mqtt) {
        Value urlValue = broker.required("url", "write url: mqtts://HOST:8883");
        String url = urlValue == null ? null : urlValue.read(new BrokerUrl());
        String username = broker.readOrNull("username", Parsers.mqttText());
        Value passwordValue = broker.value("password");
        Secret password = passwordValue == null ? null : Passwords.read(passwordValue);
        if (broker.has("password") && !broker.has("username") && mqtt != MqttVersion.V5) {
            broker.wrong(
                    "password",
                    "stands without a username, which MQTT 3.1.1 forbids",
                    "write username: too, or session: { mqtt: 5 }");
        }
        Proxy proxy = ProxyReader.read(broker);
        boolean shared = broker.read("shared_session", Parsers.flag(), false);
        if (urlValue == null || url == null) {
            return null;
        }
        if (!BrokerUrl.isEncrypted(url)) {
            plain(urlValue, url.startsWith("ws"), withTls);
        }
        return new Broker(url, username, password, proxy, shared);
    }

    private static void plain(Value url, boolean webSocket, boolean withTls) {
        String scheme = webSocket ? "ws://" : "mqtt://";
        String encrypted = webSocket ? "wss://" : "mqtts://";
        if (withTls) {
            url.wrong(
                    scheme + " is not encrypted, but section tls asks for TLS",
                    "write " + encrypted + ", or remove section tls");
        } else {
            url.warn(
                    scheme
                            + " is not encrypted: anybody on the way can read and change what is"
                            + " sent",
                    "write " + encrypted);
        }
    }
}
