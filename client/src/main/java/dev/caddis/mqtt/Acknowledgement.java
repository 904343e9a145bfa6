package dev.caddis.mqtt;

import dev.caddis.mqtt.packet.ReasonCode;

/// The broker has a message.
///
/// @param reason [ReasonCode#SUCCESS], or [ReasonCode#NO_MATCHING_SUBSCRIBERS]; QoS 0 is never
///   answered and counts as a success once it is handed to the network
/// @param possiblyRepeated the broker had lost the session, so the message was published again as
///   new and may arrive twice
public record Acknowledgement(ReasonCode reason, boolean possiblyRepeated) {}
