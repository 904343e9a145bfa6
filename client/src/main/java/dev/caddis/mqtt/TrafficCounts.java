package dev.caddis.mqtt;

/// What a client wrote and read since it was opened.
///
/// @param sentBytes of MQTT packets, before TLS
/// @param receivedBytes of MQTT packets, after TLS
/// @param journalBytes written to the session folder; 0 without one. What the file system and the
///   disk write for them, whole pages at least, is more
public record TrafficCounts(long sentBytes, long receivedBytes, long journalBytes) {}
