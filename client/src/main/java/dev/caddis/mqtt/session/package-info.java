/// The rules of an MQTT session: given what just happened, what must happen next, and in which
/// order?
///
/// Nothing here reads a clock, a socket, a disk or a random source. [Session#step] takes one
/// [Input] and appends [Effect]s in order; [Round] releases them. The caller's duties:
///
/// 1. One thread at a time calls [Session#step], with inputs in the order in which they happened
///    and a monotonic time.
/// 2. Every effect goes through the [Round]: **what follows an [Effect.Persist] is released only
///    when that change is durable.** Callers that keep this lose no accepted message and deliver no
///    QoS 2 message twice (MQTT 5.0 sections 4.1, 4.3, 4.4).
/// 3. Released effects are carried out in order. Those that name a connection which is gone are
///    ignored.
/// 4. [Session#nextDeadline] says when to step with [Input.Tick] if nothing else happens.
///
/// [SessionState] outlives connections and changes only by [Change]; [ConnectionState] dies with
/// its connection.
@NullMarked
package dev.caddis.mqtt.session;

import org.jspecify.annotations.NullMarked;
