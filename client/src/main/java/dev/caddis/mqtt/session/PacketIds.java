package dev.caddis.mqtt.session;

/// Gives out packet identifiers 1 to 65,535 in turn, never one that is in use `[MQTT-2.2.1-3]`
/// (F01, F02).
final class PacketIds {

    static final int MAX = 65_535;

    private final IdSet used = new IdSet();
    private int last;

    /// The next free identifier; it stays in use until [#free].
    ///
    /// @throws IllegalStateException when all are in use; callers keep fewer exchanges open than
    ///   that
    int next() {
        if (used.size() >= MAX) {
            throw new IllegalStateException("all " + MAX + " packet identifiers are in use");
        }
        do {
            last = last == MAX ? 1 : last + 1;
        } while (!used.add(last));
        return last;
    }

    boolean available() {
        return used.size() < MAX;
    }

    /// Marks an identifier that a restart found in use, and goes on after it.
    void restore(int id) {
        used.add(id);
        last = id;
    }

    void free(int id) {
        used.remove(id);
    }
}
