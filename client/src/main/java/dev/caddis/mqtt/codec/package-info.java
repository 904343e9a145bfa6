/// How a word of MQTT looks in bytes: packets to bytes and back, in 5.0 and 3.1.1.
///
/// [PacketWriter] refuses what a version cannot carry; [PacketReader] refuses what the standard
/// does not allow and takes bytes however they are cut. **What the writer writes, the reader of the
/// other side accepts.** One file per packet holds both directions, in the order of the standard's
/// tables. The neighbours are `mqtt.packet`, which says what a packet means, and `mqtt.session`,
/// which says when it may be sent. Nothing here reads a clock, a socket or a file.
@NullMarked
package dev.caddis.mqtt.codec;

import org.jspecify.annotations.NullMarked;
