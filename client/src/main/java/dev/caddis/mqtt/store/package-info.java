/// What survives a power cut, in which bytes?
///
/// A [SessionStore] records the changes of one session and gives the messages of its outbox back in
/// order. [JournalStore] keeps it in files, through a [Disk], and [Recovery] reads them again;
/// [MemoryStore] survives nothing but lost connections. [JournalView] and [JournalHand] are for who
/// comes from outside.
@NullMarked
package dev.caddis.mqtt.store;

import org.jspecify.annotations.NullMarked;
