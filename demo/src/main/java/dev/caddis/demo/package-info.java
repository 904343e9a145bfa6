/// What does `caddis demo` need that a device never has: a certificate authority to throw away and
/// a broker in this process.
///
/// [ThrowAwayPki] writes certificates and keys into one directory, [EmbeddedBroker] is Apache
/// Artemis with an MQTT listener that demands one of those certificates. Tests use both; nothing
/// here is ever installed on a device.
@NullMarked
package dev.caddis.demo;

import org.jspecify.annotations.NullMarked;
