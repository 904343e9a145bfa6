package dev.caddis.mqtt;

/// What became of a client's messages since it was opened; those that an earlier client with the
/// same session folder had left are among them.
///
/// @param acknowledged by the broker; at QoS 0: given to the network
/// @param possiblyRepeated of these, those that the broker may have got twice
/// @param refused by the broker
/// @param dropped on this side, told as [dev.caddis.mqtt.event.ClientEvent.Dropped]; messages that
///   can no longer be read in a damaged session folder among them, as far as anything that is left
///   tells that they were there
public record MessageCounts(long acknowledged, long possiblyRepeated, long refused, long dropped) {}
