package dev.caddis.systemtests.interop;

import dev.caddis.mqtt.codec.Sender;
import dev.caddis.mqtt.packet.Packet;

/// A packet between a client and its broker, as a [Recorder] wrote it down.
///
/// @param connection of that client, counted from 1
public record Seen(int connection, Sender from, Packet packet) {
    @Override
    public String toString() {
        return "connection " + connection + ", from the " + from + ": " + packet;
    }
}
