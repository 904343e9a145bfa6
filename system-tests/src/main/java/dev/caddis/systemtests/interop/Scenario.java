package dev.caddis.systemtests.interop;

import static dev.caddis.mqtt.packet.ProtocolVersion.V5;

import dev.caddis.mqtt.packet.ProtocolVersion;

/// What is tried with each broker, in each version that it speaks.
public enum Scenario {
    FALLBACK("without a version set: MQTT 5, or 3.1.1 where the broker has no other"),
    CLEAN_SESSION("a session that ends with its connection"),
    EMPTY_CLIENT_ID("an empty client id"),
    USER_NAME("user name and password"),
    FOREIGN_CERTIFICATE("a certificate of a foreign CA is refused, and the error says so"),
    NO_CERTIFICATE("no certificate is refused, and the error says so"),
    KEEP_ALIVE("keep alive of 1 s: an idle client stays, a silent one is put out"),
    QOS_0("QoS 0, both ways"),
    QOS_1("QoS 1, both ways"),
    QOS_2_OUT("QoS 2 to the broker"),
    QOS_2("QoS 2, both ways"),
    PROPERTIES("message properties", V5),
    ONE_MEBIBYTE("a payload of 1 MiB"),
    WILL("the will of a client that vanishes, none of one that leaves"),
    RETAINED("a retained message, its flag, its end"),
    RETAINED_WILDCARD("a retained message for a filter with a wildcard"),
    RESUMED("a session resumed: no second SUBSCRIBE, nothing missed"),
    BARE_SESSION("a session without a subscription resumed"),
    UNFINISHED_QOS_1("both ends cut twice in 300 messages of QoS 1: all there, in order"),
    UNFINISHED_QOS_2("the same at QoS 2: each once"),
    SHARED("a shared subscription: each message to one of two clients"),
    OVERLAP("two filters that overlap: each handler has each message once"),
    ALIASES_OUT("topic aliases to the broker", V5),
    ALIASES_IN("topic aliases from the broker", V5);

    private final String title;
    private final boolean since5;

    Scenario(String title) {
        this.title = title;
        this.since5 = false;
    }

    Scenario(String title, ProtocolVersion since) {
        this.title = title;
        this.since5 = since == V5;
    }

    public String title() {
        return title;
    }

    /// Whether `version` has what this tries.
    public boolean existsIn(ProtocolVersion version) {
        return version == V5 || !since5;
    }
}
