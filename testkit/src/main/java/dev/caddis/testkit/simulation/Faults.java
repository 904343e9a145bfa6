package dev.caddis.testkit.simulation;

import dev.caddis.mqtt.packet.ProtocolVersion;

import java.util.random.RandomGenerator;

/// What a seed may do to its world.
///
/// @param power whether durable means forced; else power cuts take what was durable
/// @param actions how many things happen before all is let be well
/// @param faultsOf100 how many of a hundred of these are faults
/// @param kills whether the process may be killed, and the power cut
/// @param diskFails whether the disk may fail
/// @param fills whether others may fill the disk, and leave it again
/// @param brokerForgets whether the broker may lose its session: destroys its state
/// @param damages whether bits flip and files vanish between processes: destroys our state
/// @param jumps whether the clock on the wall may be set
/// @param refuses whether the broker may refuse messages and connections
record Faults(
        ProtocolVersion version,
        boolean power,
        int actions,
        int faultsOf100,
        boolean kills,
        boolean diskFails,
        boolean fills,
        boolean brokerForgets,
        boolean damages,
        boolean jumps,
        boolean refuses) {

    /// Over MQTT 5, and durable means forced.
    static final Faults NONE =
            new Faults(
                    ProtocolVersion.V5,
                    true,
                    0,
                    0,
                    false,
                    false,
                    false,
                    false,
                    false,
                    false,
                    false);

    static Faults draw(RandomGenerator random) {
        int destruction = random.nextInt(8);
        return new Faults(
                random.nextInt(3) == 0 ? ProtocolVersion.V3_1_1 : ProtocolVersion.V5,
                random.nextInt(5) > 0,
                60 + random.nextInt(240),
                3 + random.nextInt(12),
                random.nextInt(8) > 0,
                random.nextInt(4) == 0,
                random.nextInt(4) == 0,
                destruction == 0 || destruction == 1,
                destruction == 1 || destruction == 2,
                random.nextInt(4) == 0,
                random.nextInt(4) == 0);
    }

    /// Whether nothing destroys a session's state, ours or the broker's.
    boolean areGentle() {
        return !brokerForgets && !damages && power;
    }
}
