/// How do bytes reach the broker? TCP and TLS, one attempt at a time.
///
/// A [Dial] is one attempt: resolve, connect, shake hands; it yields a [Link] or one
/// [ConnectionFailure] that says in a plain sentence what, where, why and what to do. **Nothing of
/// MQTT can be sent before the server is checked**, because no [Link] exists before. Everything
/// here blocks, and `abort()`, from any thread, ends the blocking by closing the raw socket: the
/// caller owns the deadlines. After the handshake [Link#explain] turns an end of the link into its
/// cause, since in TLS 1.3 a broker refuses our certificate only then. Neighbours: `mqtt.identity`
/// gives keys and trust, `mqtt.engine` runs the threads.
@NullMarked
package dev.caddis.mqtt.transport;

import org.jspecify.annotations.NullMarked;
