package dev.caddis.mqtt.codec;

import dev.caddis.mqtt.packet.Acknowledgement;
import dev.caddis.mqtt.packet.Auth;
import dev.caddis.mqtt.packet.Connack;
import dev.caddis.mqtt.packet.Connect;
import dev.caddis.mqtt.packet.Disconnect;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.Pingreq;
import dev.caddis.mqtt.packet.Pingresp;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Suback;
import dev.caddis.mqtt.packet.Subscribe;
import dev.caddis.mqtt.packet.Unsuback;
import dev.caddis.mqtt.packet.Unsubscribe;

/// Turns packets into the bytes of one protocol version.
///
/// A packet that needs MQTT 5 is refused in 3.1.1, never stripped to fit; only what
/// acknowledgements say beside their identifier stays behind there. Holds no state: any thread may
/// call it, with a sink of its own.
public final class PacketWriter {

    private final ProtocolVersion version;

    public PacketWriter(ProtocolVersion version) {
        this.version = version;
    }

    public ProtocolVersion version() {
        return version;
    }

    /// Bytes of the whole packet, fixed header included, as Maximum Packet Size counts them.
    ///
    /// @throws EncodingException when the packet cannot be expressed
    public int sizeOf(Packet packet) {
        int remaining = remainingLength(packet);
        return 1 + VariableByteInteger.sizeOf(remaining) + remaining;
    }

    /// Appends the whole packet to `sink`.
    ///
    /// @throws EncodingException when the packet cannot be expressed; nothing was appended
    public void write(Packet packet, ByteSink sink) {
        int remaining = remainingLength(packet);
        sink.reserve(5 + remaining);
        if (packet
                instanceof
                Publish publish) { // the two that are hot come first and allocate nothing
            sink.oneByte(PublishCodec.firstByte(publish));
            sink.variable(remaining);
            PublishCodec.write(publish, version, sink);
        } else if (packet instanceof Acknowledgement acknowledgement) {
            sink.oneByte(AcknowledgementCodec.typeOf(acknowledgement).firstByte());
            sink.variable(remaining);
            AcknowledgementCodec.write(acknowledgement, remaining, sink);
        } else {
            PacketType type = typeOf(packet);
            sink.oneByte(type.firstByte());
            sink.variable(remaining);
            writeBody(packet, FieldOutput.writing(type, sink));
        }
    }

    private int remainingLength(Packet packet) {
        long length;
        if (packet instanceof Publish publish) {
            length = PublishCodec.measure(publish, version);
        } else if (packet instanceof Acknowledgement acknowledgement) {
            length = AcknowledgementCodec.measure(acknowledgement, version);
        } else {
            length = FieldOutput.measure(typeOf(packet), output -> writeBody(packet, output));
        }
        if (length > VariableByteInteger.MAX) { // 2.1.4
            throw new EncodingException(
                    typeOf(packet),
                    "it takes "
                            + length
                            + " bytes; MQTT carries at most "
                            + VariableByteInteger.MAX);
        }
        return (int) length;
    }

    private void writeBody(Packet packet, FieldOutput output) {
        switch (packet) {
            case Connect connect -> ConnectCodec.write(connect, version, output);
            case Connack connack -> ConnackCodec.write(connack, version, output);
            case Subscribe subscribe -> SubscribeCodec.write(subscribe, version, output);
            case Suback suback -> SubackCodec.write(suback, version, output);
            case Unsubscribe unsubscribe -> UnsubscribeCodec.write(unsubscribe, version, output);
            case Unsuback unsuback -> UnsubackCodec.write(unsuback, version, output);
            case Disconnect disconnect -> DisconnectCodec.write(disconnect, version, output);
            case Auth auth -> AuthCodec.write(auth, version, output);
            case Pingreq ping -> {} // nothing but the fixed header (3.12)
            case Pingresp pong -> {} // (3.13)
            case Publish publish ->
                    throw new IllegalStateException("PUBLISH has a path of its own");
            case Acknowledgement ack ->
                    throw new IllegalStateException("acknowledgements have a path of their own");
        }
    }

    private static PacketType typeOf(Packet packet) {
        return switch (packet) {
            case Connect connect -> PacketType.CONNECT;
            case Connack connack -> PacketType.CONNACK;
            case Publish publish -> PacketType.PUBLISH;
            case Acknowledgement acknowledgement -> AcknowledgementCodec.typeOf(acknowledgement);
            case Subscribe subscribe -> PacketType.SUBSCRIBE;
            case Suback suback -> PacketType.SUBACK;
            case Unsubscribe unsubscribe -> PacketType.UNSUBSCRIBE;
            case Unsuback unsuback -> PacketType.UNSUBACK;
            case Pingreq ping -> PacketType.PINGREQ;
            case Pingresp pong -> PacketType.PINGRESP;
            case Disconnect disconnect -> PacketType.DISCONNECT;
            case Auth auth -> PacketType.AUTH;
        };
    }
}
