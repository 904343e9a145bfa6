package dev.caddis.mqtt.codec;

import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;

/// A message as a store keeps it: PUBLISH as MQTT 5 carries it, without what belongs to one
/// delivery. The identifier and DUP are left out, and no topic alias is ever kept (F23).
///
/// Holds no state: any thread may call it.
public final class PublishRecord {

    private static final int PLACE_OF_IDENTIFIER = 1; // what PUBLISH has there with QoS 1 and 2

    private PublishRecord() {}

    /// Appends `message` to `sink`.
    ///
    /// @throws EncodingException when MQTT cannot carry it; nothing was appended
    public static void write(Publish message, ByteSink sink) {
        Publish kept =
                message.withDelivery(
                        message.qos() == Qos.AT_MOST_ONCE ? 0 : PLACE_OF_IDENTIFIER, false);
        long length = PublishCodec.measure(kept, ProtocolVersion.V5);
        if (length > VariableByteInteger.MAX) {
            throw new EncodingException(PacketType.PUBLISH, "it takes " + length + " bytes");
        }
        sink.reserve(1 + (int) length);
        sink.oneByte(PublishCodec.firstByte(kept));
        PublishCodec.write(kept, ProtocolVersion.V5, sink);
    }

    /// What [#write] wrote to `array` between `from` and `to`; identifier 0, not DUP.
    ///
    /// @throws MalformedPacketException when it is none
    public static Publish read(byte[] array, int from, int to) throws MalformedPacketException {
        var in = new ByteSource();
        in.open(PacketType.PUBLISH, array, from, to);
        int firstByte = in.oneByte("first byte");
        Publish read = PublishCodec.read(firstByte, in, ProtocolVersion.V5, Sender.SERVER);
        return read.withDelivery(0, false);
    }
}
