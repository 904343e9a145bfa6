package dev.caddis.mqtt.packet;

/// Answers PINGREQ (3.13).
public record Pingresp() implements Packet {}
