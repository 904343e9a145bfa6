/// A scripted broker for the tests of MQTT clients.
///
/// It needs the words of MQTT and their bytes from the library, and no test framework: what goes
/// wrong is an [AssertionError].
module dev.caddis.testkit {
    requires transitive dev.caddis.mqtt;
    requires static transitive org.jspecify;

    exports dev.caddis.testkit;
}
