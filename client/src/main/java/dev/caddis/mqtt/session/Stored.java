package dev.caddis.mqtt.session;

import dev.caddis.mqtt.packet.Publish;

/// A message of the outbox as the store gives it back.
///
/// @param expiresAt as in [Change.Accepted]
public record Stored(long sequence, Publish message, long expiresAt) {}
