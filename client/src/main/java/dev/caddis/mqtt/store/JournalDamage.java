package dev.caddis.mqtt.store;

/// Damage that was found in a journal.
///
/// @param file as it is called now
/// @param what was found, a sentence without an end
public record JournalDamage(String file, String what) {}
