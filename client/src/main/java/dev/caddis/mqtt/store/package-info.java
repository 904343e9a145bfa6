/// What survives a power cut, in which bytes?
///
/// A [SessionStore] records the changes of one session and gives the messages of its outbox back in
/// order. [MemoryStore] survives nothing but lost connections.
@NullMarked
package dev.caddis.mqtt.store;

import org.jspecify.annotations.NullMarked;
