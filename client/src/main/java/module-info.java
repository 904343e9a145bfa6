/// The Caddis MQTT client library.
///
/// Public are the API, the words of MQTT, the events and the identity; the rooms below them are
/// open to the testkit alone.
@SuppressWarnings("module") // the testkit is built after this module
module dev.caddis.mqtt {
    requires static transitive org.jspecify;

    exports dev.caddis.mqtt;
    exports dev.caddis.mqtt.event;
    exports dev.caddis.mqtt.identity;
    exports dev.caddis.mqtt.packet;
    exports dev.caddis.mqtt.codec to
            dev.caddis.testkit;
    exports dev.caddis.mqtt.session to
            dev.caddis.testkit;
    exports dev.caddis.mqtt.store to
            dev.caddis.testkit;
}
