/// What is told about a connection and its messages: the events, and the words for why something
/// ended or was dropped.
///
/// The session, the transport and the public API share these values, so they stand in one exported
/// room above all three. Nothing here acts.
@NullMarked
package dev.caddis.mqtt.event;

import org.jspecify.annotations.NullMarked;
