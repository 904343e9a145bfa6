package dev.caddis.mqtt.session;

import java.util.BitSet;

/// A set of packet identifiers whose size costs nothing to ask.
final class IdSet {

    private final BitSet bits = new BitSet();
    private int size;

    boolean add(int id) {
        if (bits.get(id)) {
            return false;
        }
        bits.set(id);
        size++;
        return true;
    }

    boolean remove(int id) {
        if (!bits.get(id)) {
            return false;
        }
        bits.clear(id);
        size--;
        return true;
    }

    boolean contains(int id) {
        return bits.get(id);
    }

    int size() {
        return size;
    }
}
