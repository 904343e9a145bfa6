package dev.caddis.agent.config;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/// Guesses which known word a mistyped one was meant to be.
final class Nearest {

    private static final int DISTANCE_MAX = 2;

    private Nearest() {}

    /// The word of `known` that is fewest changes away from `written`, if that is few enough to be
    /// a slip.
    static Optional<String> of(String written, Collection<String> known) {
        String plain = written.toLowerCase(Locale.ROOT).replace('-', '_').replace(' ', '_');
        int limit = Math.min(DISTANCE_MAX, Math.max(1, plain.length() / 3));
        String best = null;
        int bestDistance = limit + 1;
        for (String word : known) {
            int distance =
                    word.replace("_", "").equals(plain.replace("_", ""))
                            ? 0
                            : distance(plain, word);
            if (distance < bestDistance) {
                best = word;
                bestDistance = distance;
            }
        }
        return Optional.ofNullable(best);
    }

    /// How many letters must be put in, left out, replaced or swapped with their neighbour.
    static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int replaced = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                d[i][j] = Math.min(replaced, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
                if (i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
