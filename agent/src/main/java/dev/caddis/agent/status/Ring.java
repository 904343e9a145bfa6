package dev.caddis.agent.status;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// The newest few of something, oldest first.
final class Ring<T extends @Nullable Object> {

    private final List<T> kept = new ArrayList<>();
    private final int most;

    Ring(int most) {
        this.most = most;
    }

    void add(T one) {
        if (kept.size() == most) {
            kept.removeFirst();
        }
        kept.add(one);
    }

    List<T> all() {
        return new ArrayList<>(kept);
    }
}
