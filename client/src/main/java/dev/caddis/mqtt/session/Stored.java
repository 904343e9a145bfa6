package dev.caddis.mqtt.session;

import dev.caddis.mqtt.packet.Publish;

/// A message of the outbox as the store gives it back.
///
/// @param acceptedAt as in [Change.Accepted]
/// @param messagesBefore messages accepted before it, ever, and `bytesBefore` what they counted
///   for: so it shows when the store has lost messages that came before it
public record Stored(
        long sequence, Publish message, long acceptedAt, long messagesBefore, long bytesBefore) {}
