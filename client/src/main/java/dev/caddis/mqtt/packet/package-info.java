/// The words of MQTT: one record per control packet, serving both versions, and the values they are
/// made of.
///
/// A record says what a packet means, never how it looks in bytes (that is `mqtt.codec`) nor when
/// it may be sent (that is `mqtt.session`). A field that only one version has is `null` or empty in
/// the other. Nothing here reads a clock, a socket or a file, and everything is immutable.
@NullMarked
package dev.caddis.mqtt.packet;

import org.jspecify.annotations.NullMarked;
