package dev.caddis.systemtests.crash;

import java.util.Comparator;

/// One message: a line as one life of the feeding process handed it in. A line that was in the air
/// at a kill is fed again, in another life, and is another message then.
record Numbered(int line, int life) implements Comparable<Numbered> {

    static final Numbered NONE = new Numbered(0, 0);

    private static final Comparator<Numbered> AS_ACCEPTED =
            Comparator.comparingInt(Numbered::life).thenComparingInt(Numbered::line);

    /// What stands behind the number of the line in each message of a life.
    static String padding(int life) {
        return " of life " + life + " " + ".".repeat(80);
    }

    /// @param payload such as `line 17 of life 3 ....`
    static Numbered in(String payload) {
        String[] words = payload.split(" ", 6);
        if (words.length < 6 || !words[0].equals("line") || !words[3].equals("life")) {
            throw new IllegalArgumentException("no numbered line: " + payload);
        }
        return new Numbered(Integer.parseInt(words[1]), Integer.parseInt(words[4]));
    }

    /// In order of acceptance.
    @Override
    public int compareTo(Numbered other) {
        return AS_ACCEPTED.compare(this, other);
    }

    @Override
    public String toString() {
        return "line " + line + " of life " + life;
    }
}
