package dev.caddis.mqtt.engine;

/// How many messages had which outcome.
public record Outcomes(long acknowledged, long possiblyRepeated, long refused, long dropped) {}
