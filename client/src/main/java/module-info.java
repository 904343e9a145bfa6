/// The Caddis MQTT client library.
module dev.caddis.mqtt {
    requires static transitive org.jspecify;

    exports dev.caddis.mqtt.packet;
}
