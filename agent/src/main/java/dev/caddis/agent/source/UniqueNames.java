package dev.caddis.agent.source;

import java.util.HashSet;
import java.util.Set;

/// Gives every thing of one folder its own name: a second `nvme` is `nvme_2`.
final class UniqueNames {

    private final Set<String> taken = new HashSet<>();

    /// `wanted`, or `wanted` with the first number from 2 on that is free.
    String unique(String wanted) {
        String base = wanted.isEmpty() ? "unnamed" : wanted;
        String name = base;
        for (int number = 2; !taken.add(name); number++) {
            name = base + "_" + number;
        }
        return name;
    }
}
