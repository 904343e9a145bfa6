package dev.caddis.agent.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The keys of one kind of section: those this version obeys, and those a later version will.
///
/// @param section where the section stands, as a person would say it
/// @param later keys of later versions, each with what to write until then
record Keys(String section, List<String> known, Map<String, String> later) {

    private static final Map<String, String> ON_CHANGE =
            Map.of(
                    "on_change", "remove it; until then a topic is published every interval",
                    "deadband", "remove it; until then a topic is published every interval");

    static final Keys ROOT =
            new Keys(
                    "",
                    List.of(
                            "device",
                            "brokers",
                            "tls",
                            "session",
                            "availability",
                            "defaults",
                            "topics",
                            "subscriptions",
                            "store",
                            "status",
                            "log"),
                    Map.of(
                            "sources",
                            "remove it; until then readings come from this machine's own device"
                                    + " tree",
                            "commands",
                            "remove it; until then a subscription can only log what arrives"));
    static final Keys DEVICE = of("device", "id", "root");
    static final Keys BROKER =
            of("brokers", "url", "username", "password", "proxy", "shared_session");
    static final Keys PROXY = of("brokers.proxy", "url", "username", "password");
    static final Keys TLS =
            new Keys(
                    "tls",
                    List.of(
                            "ca",
                            "cert",
                            "key",
                            "pkcs12",
                            "pkcs11",
                            "key_password",
                            "renew",
                            "allow_readable_key",
                            "min_version",
                            "pins",
                            "crl",
                            "ocsp"),
                    Map.of());
    static final Keys RENEW = of("tls.renew", "command", "before");
    static final Keys SESSION =
            new Keys(
                    "session",
                    List.of("client_id", "mqtt", "keep_alive", "expiry", "reconnect"),
                    Map.of("when_session_lost", "remove it; until then it is trust"));
    static final Keys RECONNECT = of("session.reconnect", "min", "max", "stable_after");
    static final Keys AVAILABILITY =
            of("availability", "enabled", "topic", "online", "offline", "qos", "retain");
    static final Keys DEFAULTS =
            new Keys("defaults", List.of("every", "qos", "retain", "timestamp"), ON_CHANGE);
    static final Keys TOPIC =
            new Keys(
                    "one topic",
                    List.of("every", "qos", "retain", "timestamp", "readings"),
                    ON_CHANGE);
    static final Keys SUBSCRIPTION = of("subscriptions", "topic", "qos", "handler");
    static final Keys STORE =
            new Keys(
                    "store",
                    List.of(
                            "path",
                            "max_size",
                            "when_full",
                            "durability",
                            "max_age",
                            "min_free_disk"),
                    Map.of());
    static final Keys STATUS =
            new Keys(
                    "status",
                    List.of("listen", "cert", "key", "token", "topic", "every"),
                    Map.of());
    static final Keys LOG = of("log", "level", "format");

    /// Topics and fields: the user chooses the keys.
    static final Keys FREE = of("");

    static final List<Keys> ALL =
            List.of(
                    ROOT,
                    DEVICE,
                    BROKER,
                    PROXY,
                    TLS,
                    RENEW,
                    SESSION,
                    RECONNECT,
                    AVAILABILITY,
                    DEFAULTS,
                    TOPIC,
                    SUBSCRIPTION,
                    STORE,
                    STATUS,
                    LOG);

    private static Keys of(String section, String... known) {
        return new Keys(section, List.of(known), Map.of());
    }

    boolean accepts(String name) {
        return known.isEmpty() || known.contains(name);
    }

    /// What to write instead of the unknown key `name`.
    String remedyFor(String name) {
        return Nearest.of(name, known)
                .map(near -> "write " + near)
                .or(() -> home(name))
                .orElseGet(() -> "known here: " + String.join(", ", known));
    }

    private static Optional<String> home(String name) {
        if (ROOT.known.contains(name)) {
            return Optional.of("write it at the left margin");
        }
        return ALL.stream()
                .filter(keys -> keys.known.contains(name))
                .map(keys -> "it belongs under " + keys.section)
                .findFirst();
    }
}
