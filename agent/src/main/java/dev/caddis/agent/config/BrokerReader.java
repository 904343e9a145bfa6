package dev.caddis.agent.config;

import dev.caddis.agent.config.Section.Entry;
import dev.caddis.agent.config.SessionSettings.MqttVersion;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// Section `brokers`: exactly one in this version.
final class BrokerReader {

    private static final String REMEDY =
            "write brokers: and below it, indented, \"- url: mqtts://HOST:8883\"";

    private BrokerReader() {}

    /// The broker; `null` when there is none to use, which was reported.
    static @Nullable Broker read(Section root, boolean withTls, MqttVersion mqtt) {
        if (!root.has("brokers")) {
            root.wrong("brokers", "is missing", REMEDY);
        }
        List<Entry> items = root.list("brokers", REMEDY);
        if (items.isEmpty()) {
            return null;
        }
        for (Entry more : items.subList(1, items.size())) {
            root.context()
                    .problems()
                    .add(
                            more.line(),
                            more.path(),
                            "several brokers come in a later version",
                            "keep one");
        }
        Section broker = root.section(items.getFirst(), Keys.BROKER);
        return broker == null ? null : one(broker, withTls, mqtt);
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
        if (urlValue == null || url == null) {
            return null;
        }
        if (url.startsWith(BrokerUrl.PLAIN)) {
            plain(urlValue, withTls);
        }
        return new Broker(url, username, password);
    }

    private static void plain(Value url, boolean withTls) {
        if (withTls) {
            url.wrong(
                    "mqtt:// is not encrypted, but section tls asks for TLS",
                    "write mqtts://, or remove section tls");
        } else {
            url.warn(
                    "mqtt:// is not encrypted: anybody on the way can read and change what is sent",
                    "write mqtts://");
        }
    }
}
