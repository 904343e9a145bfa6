package dev.caddis.systemtests.interop;

import static dev.caddis.mqtt.packet.ProtocolVersion.V3_1_1;
import static dev.caddis.mqtt.packet.ProtocolVersion.V5;

import dev.caddis.mqtt.packet.ProtocolVersion;

import java.util.List;

/// The brokers that Caddis is tried against.
public enum Brand {
    MOSQUITTO("Mosquitto", V5),
    ARTEMIS("Artemis", V5),
    HIVEMQ("HiveMQ CE", V5),
    MOQUETTE("Moquette", V3_1_1),
    RABBITMQ("RabbitMQ", V3_1_1),
    NATS("NATS", V3_1_1),
    AEDES("aedes", V3_1_1);

    private final String title;
    private final boolean speaks5;

    Brand(String title, ProtocolVersion best) {
        this.title = title;
        this.speaks5 = best == V5;
    }

    public String title() {
        return title;
    }

    /// The versions it speaks, of those that Caddis speaks; the newest first.
    public List<ProtocolVersion> versions() {
        return speaks5 ? List.of(V5, V3_1_1) : List.of(V3_1_1);
    }
}
