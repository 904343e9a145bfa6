package dev.caddis.mqtt.session;

import dev.caddis.mqtt.packet.Publish;

/// An exchange that we began and the broker has not finished (4.3.2, 4.3.3).
public sealed interface Outgoing {

    /// The sequence of a state message, which has none.
    long STATE = 0;

    int packetId();

    long sequence();

    Publish message();

    boolean possiblyRepeated();

    Outgoing with(Publish message);

    /// Whether this is birth or "offline" rather than a message of the outbox.
    default boolean isState() {
        return sequence() == STATE;
    }

    /// An exchange whose PUBLISH is the next thing to repeat.
    sealed interface Unacknowledged extends Outgoing {}

    /// QoS 1, PUBLISH sent or about to be.
    record AwaitingPuback(int packetId, long sequence, Publish message, boolean possiblyRepeated)
            implements Unacknowledged {

        @Override
        public AwaitingPuback with(Publish message) {
            return new AwaitingPuback(packetId, sequence, message, possiblyRepeated);
        }
    }

    /// QoS 2, PUBLISH sent or about to be.
    record AwaitingPubrec(int packetId, long sequence, Publish message, boolean possiblyRepeated)
            implements Unacknowledged {

        @Override
        public AwaitingPubrec with(Publish message) {
            return new AwaitingPubrec(packetId, sequence, message, possiblyRepeated);
        }

        AwaitingPubcomp released() {
            return new AwaitingPubcomp(packetId, sequence, message, possiblyRepeated);
        }
    }

    /// QoS 2, the broker has the message; only PUBREL may be repeated.
    ///
    /// @param message kept for a broker that loses its session
    record AwaitingPubcomp(int packetId, long sequence, Publish message, boolean possiblyRepeated)
            implements Outgoing {

        @Override
        public AwaitingPubcomp with(Publish message) {
            return new AwaitingPubcomp(packetId, sequence, message, possiblyRepeated);
        }
    }
}
