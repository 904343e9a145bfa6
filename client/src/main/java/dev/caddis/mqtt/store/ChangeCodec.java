package dev.caddis.mqtt.store;

import dev.caddis.mqtt.codec.ByteSink;
import dev.caddis.mqtt.codec.MalformedPacketException;
import dev.caddis.mqtt.codec.PublishRecord;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.SubscriptionOptions;
import dev.caddis.mqtt.packet.SubscriptionOptions.RetainHandling;
import dev.caddis.mqtt.session.Change;
import dev.caddis.mqtt.session.Place;
import dev.caddis.mqtt.session.SessionState;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// How a [Change] looks in bytes: its number, then its fields, numbers with the upper byte first,
/// texts as four bytes of length and UTF-8.
///
/// A message stands in full where it was accepted or received. An exchange that begins names the
/// message by its sequence alone, but in a checkpoint, which has no other place for it.
///
/// | number | change | fields |
/// |---|---|---|
/// | 1 | `Accepted` | sequence 8, accepted at 8, messages before 8, bytes before 8, size 4 as the
/// outbox counts it, key, message |
/// | 2 | `Dropped` | sequence 8, size 8 |
/// | 3 | `Opened` | sequence 8, identifier 2, repeated 1, quality of service 1, size 4 |
/// | 4 | `Opened` in a checkpoint, or of a message that expires | sequence 8, identifier 2, repeated 1, message |
/// | 5 | `StateOpened` | identifier 2, message |
/// | 6 | `Released` | identifier 2 |
/// | 7 | `Ended` | identifier 2 |
/// | 8 | `Received` | identifier 2, message |
/// | 9 | `Handled` | identifier 2 |
/// | 10 | `Completed` | identifier 2 |
/// | 11 | `Granted` | options 1, subscription identifier 4, filter |
/// | 12 | `Revoked` | filter |
/// | 13 | `Established` | version 1: 4 or 5, as CONNECT has it; where it is known, the broker that
/// holds the session, number of hosts of its group 4, and each of these |
/// | 14 | `ClientIdAssigned` | client identifier |
/// | 15 | `Lost` | resend 1 |
/// | 16 | `Again` | sequence 8, message |
/// | 17 | `Outbox` | cursor 8, last accepted 8, messages 8, bytes 8, accepted messages 8, accepted
/// bytes 8 |
/// | 18 | `Sent` | sequence 8, size 8 |
/// | 19 | `Missing` | messages 8, bytes 8 |
/// | 20 | `KeyFreed` | sequence 8 |
/// | 21 | `Keyed` | sequence 8, key |
/// | 22 | `Doubtful` | sequence 8 |
///
/// Holds no state: any thread may call it, with a sink of its own.
final class ChangeCodec {

    private static final int OUTBOX = 17;

    private ChangeCodec() {}

    /// Appends `change`, which is none but [Change.Accepted]: that is an [Entry].
    ///
    /// @param whole whether the message of an exchange that begins stands in it in any case
    static void write(Change change, boolean whole, ByteSink sink) {
        switch (change) {
            case Change.Accepted accepted ->
                    throw new IllegalArgumentException("an accepted message is an entry");
            case Change.Dropped dropped -> two(2, dropped.sequence(), dropped.size(), sink);
            case Change.Opened opened -> {
                boolean withMessage = // what is left of its life is not as it was accepted
                        whole || opened.message().properties().messageExpirySeconds() != null;
                sink.oneByte(withMessage ? 4 : 3);
                sink.eightBytes(opened.sequence());
                sink.twoBytes(opened.packetId());
                sink.oneByte(opened.possiblyRepeated() ? 1 : 0);
                if (withMessage) {
                    PublishRecord.write(opened.message(), sink);
                } else {
                    sink.oneByte(opened.message().qos().level());
                    sink.fourBytes(SessionState.sizeOf(opened.message()));
                }
            }
            case Change.StateOpened opened -> {
                identified(5, opened.packetId(), sink);
                PublishRecord.write(opened.message(), sink);
            }
            case Change.Released released -> identified(6, released.packetId(), sink);
            case Change.Ended ended -> identified(7, ended.packetId(), sink);
            case Change.Received received -> {
                identified(8, received.packetId(), sink);
                PublishRecord.write(received.message(), sink);
            }
            case Change.Handled handled -> identified(9, handled.packetId(), sink);
            case Change.Completed completed -> identified(10, completed.packetId(), sink);
            case Change.Granted granted -> {
                sink.oneByte(11);
                sink.oneByte(bits(granted.options()));
                sink.fourBytes(granted.identifier());
                text(granted.filter(), sink);
            }
            case Change.Revoked revoked -> {
                sink.oneByte(12);
                text(revoked.filter(), sink);
            }
            case Change.Established established -> {
                sink.oneByte(13);
                sink.oneByte(established.version() == ProtocolVersion.V5 ? 5 : 4);
                if (established.place() != null) {
                    place(established.place(), sink);
                }
            }
            case Change.ClientIdAssigned assigned -> {
                sink.oneByte(14);
                text(assigned.clientId(), sink);
            }
            case Change.Lost lost -> {
                sink.oneByte(15);
                sink.oneByte(lost.resend() ? 1 : 0);
            }
            case Change.Again again -> {
                sink.oneByte(16);
                sink.eightBytes(again.sequence());
                PublishRecord.write(again.message(), sink);
            }
            case Change.Outbox outbox -> {
                sink.oneByte(OUTBOX);
                sink.eightBytes(outbox.cursor());
                sink.eightBytes(outbox.lastAccepted());
                sink.eightBytes(outbox.messages());
                sink.eightBytes(outbox.bytes());
                sink.eightBytes(outbox.acceptedMessages());
                sink.eightBytes(outbox.acceptedBytes());
            }
            case Change.Sent sent -> two(18, sent.sequence(), sent.size(), sink);
            case Change.Missing missing -> two(19, missing.messages(), missing.bytes(), sink);
            case Change.KeyFreed freed -> one(20, freed.sequence(), sink);
            case Change.Keyed keyed -> {
                one(21, keyed.sequence(), sink);
                text(keyed.key(), sink);
            }
            case Change.Doubtful doubtful -> one(22, doubtful.sequence(), sink);
        }
    }

    private static void place(Place place, ByteSink sink) {
        text(place.broker(), sink);
        sink.fourBytes(place.hosts().size());
        place.hosts().forEach(host -> text(host, sink));
    }

    private static @Nullable Place place(ByteBuffer record) throws DamagedException {
        if (!record.hasRemaining()) {
            return null;
        }
        String broker = text(record);
        List<String> hosts = new ArrayList<>();
        for (int count = record.getInt(); count > 0; count--) {
            hosts.add(text(record));
        }
        return new Place(broker, hosts);
    }

    private static void identified(int number, int packetId, ByteSink sink) {
        sink.oneByte(number);
        sink.twoBytes(packetId);
    }

    private static void one(int number, long value, ByteSink sink) {
        sink.oneByte(number);
        sink.eightBytes(value);
    }

    private static void two(int number, long first, long second, ByteSink sink) {
        one(number, first, sink);
        sink.eightBytes(second);
    }

    static void text(String text, ByteSink sink) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        sink.fourBytes(bytes.length);
        sink.append(bytes, 0, bytes.length);
    }

    private static int bits(SubscriptionOptions options) {
        return options.maximumQos().level()
                | (options.noLocal() ? 4 : 0)
                | (options.retainAsPublished() ? 8 : 0)
                | (options.retainHandling().ordinal() << 4);
    }

    /// An exchange that begins, as its record has it: without the message.
    record Opened(long sequence, int packetId, boolean possiblyRepeated, Qos qos, int size) {

        private static final int LENGTH = 1 + 8 + 2 + 1 + 1 + 4;

        /// @return `null` where `content` is another record
        static @Nullable Opened of(ByteBuffer content) {
            return content.limit() != LENGTH || content.get(0) != 3
                    ? null
                    : new Opened(
                            content.getLong(1),
                            content.getShort(9) & 0xFFFF,
                            content.get(11) != 0,
                            Qos.of(content.get(12)),
                            content.getInt(13));
        }
    }

    static boolean isOutbox(ByteBuffer content) {
        return content.get(0) == OUTBOX;
    }

    /// The change in `record`, all of it, which is neither an [Entry] nor an [Opened].
    ///
    /// @throws DamagedException when it is none
    static Change read(ByteBuffer record) throws DamagedException {
        try {
            int number = record.get();
            Change change =
                    switch (number) {
                        case 2 -> new Change.Dropped(record.getLong(), record.getLong());
                        case 4 -> {
                            long sequence = record.getLong();
                            int id = id(record);
                            boolean repeated = record.get() != 0;
                            yield new Change.Opened(sequence, id, message(record), repeated);
                        }
                        case 5 -> new Change.StateOpened(id(record), message(record));
                        case 6 -> new Change.Released(id(record));
                        case 7 -> new Change.Ended(id(record));
                        case 8 -> {
                            int id = id(record);
                            yield new Change.Received(id, message(record).withDelivery(id, false));
                        }
                        case 9 -> new Change.Handled(id(record));
                        case 10 -> new Change.Completed(id(record));
                        case 11 -> {
                            SubscriptionOptions options = options(record.get());
                            int identifier = record.getInt();
                            yield new Change.Granted(text(record), options, identifier);
                        }
                        case 12 -> new Change.Revoked(text(record));
                        case 13 -> {
                            ProtocolVersion version = version(record.get());
                            yield new Change.Established(version, place(record));
                        }
                        case 14 -> new Change.ClientIdAssigned(text(record));
                        case 15 -> new Change.Lost(record.get() != 0);
                        case 16 -> new Change.Again(record.getLong(), message(record));
                        case OUTBOX ->
                                new Change.Outbox(
                                        record.getLong(),
                                        record.getLong(),
                                        record.getLong(),
                                        record.getLong(),
                                        record.getLong(),
                                        record.getLong());
                        case 18 -> new Change.Sent(record.getLong(), record.getLong());
                        case 19 -> new Change.Missing(record.getLong(), record.getLong());
                        case 20 -> new Change.KeyFreed(record.getLong());
                        case 21 -> {
                            long sequence = record.getLong();
                            yield new Change.Keyed(text(record), sequence);
                        }
                        case 22 -> new Change.Doubtful(record.getLong());
                        default -> throw new DamagedException("no change has number " + number);
                    };
            if (record.hasRemaining()) {
                throw new DamagedException(
                        record.remaining() + " bytes follow the change with number " + number);
            }
            return change;
        } catch (java.nio.BufferUnderflowException | IllegalArgumentException e) {
            throw new DamagedException("a change is cut short or out of range: " + e);
        }
    }

    private static int id(ByteBuffer record) {
        return record.getShort() & 0xFFFF;
    }

    /// The message that is the rest of `record`.
    static Publish message(ByteBuffer record) throws DamagedException {
        try {
            int from = record.arrayOffset() + record.position();
            Publish message = PublishRecord.read(record.array(), from, from + record.remaining());
            record.position(record.limit());
            return message;
        } catch (MalformedPacketException e) {
            throw new DamagedException(String.valueOf(e.getMessage()));
        }
    }

    static String text(ByteBuffer record) throws DamagedException {
        int length = record.getInt();
        if (length < 0 || length > record.remaining()) {
            throw new DamagedException("a text announces " + length + " bytes");
        }
        byte[] bytes = new byte[length];
        record.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static SubscriptionOptions options(int bits) {
        return new SubscriptionOptions(
                Qos.of(bits & 3),
                (bits & 4) != 0,
                (bits & 8) != 0,
                RetainHandling.values()[bits >> 4 & 3]);
    }

    private static ProtocolVersion version(int number) throws DamagedException {
        return switch (number) {
            case 4 -> ProtocolVersion.V3_1_1;
            case 5 -> ProtocolVersion.V5;
            default -> throw new DamagedException("no version of MQTT has number " + number);
        };
    }
}
