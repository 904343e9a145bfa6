package dev.caddis.mqtt.packet;

/// Asks the broker whether it is alive (3.12).
public record Pingreq() implements Packet {}
