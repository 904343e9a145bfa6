package dev.caddis.bench;

import dev.caddis.mqtt.codec.ByteSink;
import dev.caddis.mqtt.codec.MalformedPacketException;
import dev.caddis.mqtt.codec.PacketReader;
import dev.caddis.mqtt.codec.PacketWriter;
import dev.caddis.mqtt.codec.Sender;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Puback;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/// What the codec costs a message: one PUBLISH out, one PUBACK in.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CodecBenchmark {

    private static final int BATCH = 100;

    private final PacketWriter writer = new PacketWriter(ProtocolVersion.V5);
    private final PacketReader reader =
            new PacketReader(Sender.SERVER, ProtocolVersion.V5, 1 << 20);
    private final ByteSink sink = new ByteSink(64 << 10);
    private final Publish publish =
            new Publish(
                    Contender.TOPIC,
                    Bytes.wrap(new byte[Contender.PAYLOAD_BYTES]),
                    Qos.AT_LEAST_ONCE,
                    false,
                    false,
                    1,
                    Publish.Properties.NONE);
    private final byte[] pubacks = pubacks();

    /// As a broker sends them where nobody has subscribed.
    private byte[] pubacks() {
        var answers = new ByteSink(16 * BATCH);
        for (int id = 1; id <= BATCH; id++) {
            writer.write(new Puback(id, ReasonCode.NO_MATCHING_SUBSCRIBERS), answers);
        }
        return Arrays.copyOf(answers.array(), answers.length());
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int encodePublish() {
        sink.clear();
        for (int i = 0; i < BATCH; i++) {
            writer.write(publish, sink);
        }
        return sink.length();
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void decodePuback(Blackhole packets) throws MalformedPacketException {
        reader.feed(pubacks, 0, pubacks.length, packets::consume);
    }
}
