package dev.caddis.testkit.simulation;

import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.session.Change;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// What became of the messages that the broker published to us.
final class HandlerLedger {

    private static final class Entry {
        final Qos qos;
        boolean lost; // with the broker's session
        boolean settled; // a restart would know that it is handled
        int deliveredIn; // the process

        Entry(Qos qos) {
            this.qos = qos;
        }
    }

    private record Handled(long position, Entry entry) {}

    private final Ledger ledger;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<Integer, Entry> open = new HashMap<>(); // by packet identifier
    private final ArrayDeque<Handled> handled = new ArrayDeque<>();
    private int process;

    HandlerLedger(Ledger ledger) {
        this.ledger = ledger;
    }

    String nextName(Qos qos) {
        String name = "d" + (entries.size() + 1);
        entries.put(name, new Entry(qos));
        return name;
    }

    void lost(Publish publish) {
        entry(publish).lost = true;
    }

    private Entry entry(Publish publish) {
        Entry entry = entries.get(Words.name(publish));
        if (entry == null) {
            throw new SimulationFailure(Words.of(publish) + " was never published");
        }
        return entry;
    }

    void begin() {
        process++;
    }

    /// @param durable up to where the process had made its changes durable
    void end(long durable) {
        settle(durable);
        handled.clear();
    }

    private void settle(long durable) {
        while (!handled.isEmpty() && handled.getFirst().position <= durable) {
            handled.removeFirst().entry.settled = true;
        }
    }

    void recorded(long position, Change change) {
        switch (change) {
            case Change.Received received ->
                    open.put(received.packetId(), entry(received.message()));
            case Change.Handled done -> {
                @Nullable Entry entry = open.get(done.packetId());
                if (entry != null) {
                    handled.add(new Handled(position, entry));
                }
            }
            default -> {}
        }
    }

    void delivered(Publish publish) {
        Entry entry = entry(publish);
        if (entry.qos == Qos.EXACTLY_ONCE && !ledger.wasAnomalyTold()) {
            if (entry.settled) {
                throw new SimulationFailure(Words.of(publish) + " was handled, and comes again");
            }
            if (entry.deliveredIn == process) {
                throw new SimulationFailure(
                        Words.of(publish) + " comes to the handler twice in one process");
            }
        }
        if (entry.qos == Qos.AT_MOST_ONCE && entry.deliveredIn > 0) {
            throw new SimulationFailure(Words.of(publish) + " comes to the handler twice");
        }
        entry.deliveredIn = process;
    }

    /// @param unseen whether a message may be acknowledged though its handler is late
    void requireAllIsHandled(boolean unseen) {
        entries.forEach((name, entry) -> {
            if (entry.qos != Qos.AT_MOST_ONCE
                    && entry.deliveredIn == 0
                    && !entry.lost
                    && !unseen
                    && !ledger.wasDamageTold()) {
                throw new SimulationFailure(name + " came to no handler");
            }
        });
    }
}
