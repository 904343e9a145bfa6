package dev.caddis.mqtt.codec;

/// The side of a connection that sent some bytes.
public enum Sender {
    CLIENT,
    SERVER
}
