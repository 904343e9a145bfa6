package dev.caddis.mqtt.codec;

import dev.caddis.mqtt.packet.ProtocolVersion;

import java.util.Arrays;
import java.util.SplittableRandom;

/// What a coverage-guided fuzzer calls with the bytes it thinks of (`./caddis dev fuzz`), and every
/// other run with those of the corpus (`src/test/resources/corpus`).
///
/// The first byte says what the rest is. Odd: from a client, else from a server. Bit 1: MQTT 3.1.1,
/// else 5. Bit 2: the rest is decisions that make a packet, else it is bytes off the wire behind
/// one that decides where they are cut.
public final class CodecFuzz {

    static final int FROM_CLIENT = 0b001;
    static final int OVER_3_1_1 = 0b010;
    static final int DECISIONS = 0b100;

    /// Jazzer wants a static method, and calls it on one thread.
    private static final CodecLaws LAWS = new CodecLaws();

    private CodecFuzz() {}

    /// @throws AssertionError when the codec breaks one of the [CodecLaws]
    public static void fuzzerTestOneInput(byte[] input) {
        check(LAWS, input);
    }

    static void check(CodecLaws laws, byte[] input) {
        if (input.length < 2) {
            return;
        }
        Sender sender = (input[0] & FROM_CLIENT) != 0 ? Sender.CLIENT : Sender.SERVER;
        ProtocolVersion version =
                (input[0] & OVER_3_1_1) != 0 ? ProtocolVersion.V3_1_1 : ProtocolVersion.V5;
        if ((input[0] & DECISIONS) != 0) {
            byte[] decisions = Arrays.copyOfRange(input, 1, input.length);
            laws.survives(AnyPacket.of(Choices.by(decisions), version, sender));
        } else {
            byte[] bytes = Arrays.copyOfRange(input, 2, input.length);
            laws.hold(sender, version, bytes, Choices.by(new SplittableRandom(input[1])));
        }
    }
}
