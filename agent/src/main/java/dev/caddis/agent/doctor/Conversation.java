package dev.caddis.agent.doctor;

import dev.caddis.mqtt.Probe;
import dev.caddis.mqtt.ProbeException;
import dev.caddis.mqtt.packet.Connack;
import dev.caddis.mqtt.packet.Disconnect;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Puback;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.function.Function;

/// An accepted connection, and what is said on it.
///
/// @param limits what the broker announced
record Conversation(Probe probe, ProtocolVersion version, Connack limits) implements AutoCloseable {

    /// What the broker said in place of an answer.
    static final class HungUp extends Exception {

        private static final long serialVersionUID = 1L;

        private final ReasonCode reason;

        HungUp(ReasonCode reason) {
            super(Hello.words(reason));
            this.reason = reason;
        }

        ReasonCode reason() {
            return reason;
        }
    }

    /// Sends `question` and waits for what `answers` takes for the answer; what else comes is let
    /// go by.
    ///
    /// @param answers the answer in a packet; `null`: it holds none
    /// @throws HungUp when the broker sent DISCONNECT
    /// @throws ProbeException when none came in time, or the connection ended
    <T> T ask(Packet question, TimeLeft time, Function<Packet, @Nullable T> answers) throws HungUp {
        probe.send(question);
        return await(time, answers);
    }

    <T> T await(TimeLeft time, Function<Packet, @Nullable T> answers) throws HungUp {
        while (true) {
            Packet packet = probe.receive(time.atMost(Duration.ofDays(1)));
            @Nullable T answer = answers.apply(packet);
            if (answer != null) {
                return answer;
            }
            switch (packet) {
                case Disconnect end -> throw new HungUp(end.reason());
                // In time for a broker that waits for it; at QoS 2 it gets none, and none is
                // missed.
                case Publish message when message.qos() == Qos.AT_LEAST_ONCE ->
                        probe.send(new Puback(message.packetId(), ReasonCode.SUCCESS));
                default -> {}
            }
        }
    }

    boolean isVersion5() {
        return version == ProtocolVersion.V5;
    }

    /// In order, so that the broker logs no lost connection.
    @Override
    public void close() {
        try (probe) {
            probe.send(new Disconnect(ReasonCode.SUCCESS));
        } catch (ProbeException gone) {
            return; // the broker was first
        }
    }
}
