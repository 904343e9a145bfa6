package dev.caddis.systemtests.crash;

import dev.caddis.systemtests.crash.SessionJournal.Entry;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// What may happen to the files of a session folder while no process has it.
enum Damage {
    /// What a power cut leaves of a write that was not forced: half a record, then zeroes.
    TORN_TAIL("torn tail") {
        @Override
        Harm apply(SessionJournal journal) throws IOException {
            Path last = journal.segments().getLast();
            Entry end = journal.entries(last).getLast(); // the end of a batch, which holds no line
            cut(last, end.end() - (end.end() - end.begin()) / 2);
            Path whole = holding(journal).getFirst();
            Entry other = journal.entries(whole, SessionJournal.ACCEPTED).get(1);
            byte[] half =
                    Arrays.copyOfRange(
                            Files.readAllBytes(whole), other.begin(), other.end() - 2_000);
            Files.write(last, half, StandardOpenOption.APPEND);
            Files.write(last, new byte[4_096], StandardOpenOption.APPEND);
            return new Harm(journal.lines(), List.of(), List.of(), true);
        }
    },

    /// A flipped bit in one file, and two lost sectors in another, where messages wait.
    BACKLOG("damage in the backlog") {
        @Override
        Harm apply(SessionJournal journal) throws IOException {
            Path first = holding(journal).getFirst();
            Path other = holding(journal).getLast();
            List<Entry> hit = journal.entries(first, SessionJournal.ACCEPTED);
            List<Entry> gone = journal.entries(other, SessionJournal.ACCEPTED);
            int flipped = hit.get(hit.size() / 2).begin() + 100;
            int lost = gone.get(gone.size() / 3).begin() / SECTOR * SECTOR;
            flip(first, flipped);
            zero(other, lost, lost + SECTOR);
            zero(other, lost + 100 * SECTOR, lost + 101 * SECTOR);
            Set<Integer> left =
                    journal.linesWithout(entry ->
                            (entry.file().equals(first) && entry.touches(flipped, flipped + 1))
                                    || (entry.file().equals(other)
                                            && (entry.touches(lost, lost + SECTOR)
                                                    || entry.touches(
                                                            lost + 100 * SECTOR,
                                                            lost + 101 * SECTOR))));
            return new Harm(left, List.of(first, other), List.of(), true);
        }
    },

    /// The records that say what was on its way to the broker.
    SESSION_RECORDS("damage in session records") {
        @Override
        Harm apply(SessionJournal journal) throws IOException {
            Path last = journal.segments().getLast();
            List<Entry> opened = journal.entries(last, SessionJournal.OPENED);
            int from = opened.get(1).begin();
            int to = opened.get(opened.size() / 2).end();
            zero(last, from, to);
            return new Harm(without(journal, last, from, to), List.of(last), List.of(), false);
        }
    },

    /// What the newest file begins with.
    CHECKPOINT("damage in session records: the newest checkpoint") {
        @Override
        Harm apply(SessionJournal journal) throws IOException {
            Path last = journal.segments().getLast();
            int to = journal.entries(last, SessionJournal.OUTBOX).getFirst().end();
            zero(last, 0, to);
            return new Harm(without(journal, last, 0, to), List.of(last), List.of(), false);
        }
    },

    MISSING_SEGMENT("missing segment") {
        @Override
        Harm apply(SessionJournal journal) throws IOException {
            return missing(journal, holding(journal).get(1), true);
        }
    },

    MISSING_NEWEST("missing segment: the newest") {
        @Override
        Harm apply(SessionJournal journal) throws IOException {
            return missing(journal, journal.segments().getLast(), false);
        }
    },

    EMPTY_AND_ZEROED("empty and zeroed file") {
        @Override
        Harm apply(SessionJournal journal) throws IOException {
            Path empty = holding(journal).getFirst();
            Path zeroed = holding(journal).getLast();
            cut(empty, 0);
            zero(zeroed, 0, (int) Files.size(zeroed));
            Set<Integer> left =
                    journal.linesWithout(
                            entry -> entry.file().equals(empty) || entry.file().equals(zeroed));
            return new Harm(left, List.of(empty, zeroed), List.of(), true);
        }
    },

    ZEROED_NEWEST("zeroed file: the newest") {
        @Override
        Harm apply(SessionJournal journal) throws IOException {
            Path last = journal.segments().getLast();
            int size = (int) Files.size(last);
            zero(last, 0, size);
            return new Harm(without(journal, last, 0, size), List.of(last), List.of(), false);
        }
    };

    /// What it means.
    ///
    /// @param intact lines that can still be read
    /// @param setAside files that get another name, and keep their bytes
    /// @param gone files that are told as gone
    /// @param sessionHolds whether the session goes on, so that QoS 2 arrives once
    record Harm(Set<Integer> intact, List<Path> setAside, List<Path> gone, boolean sessionHolds) {

        /// Of the lines that were accepted, those that are known to be lost: one that was accepted
        /// behind the last that is left has left no trace.
        int counted(Set<Integer> accepted) {
            int last = intact.stream().mapToInt(line -> line).max().orElse(0);
            return (int)
                    accepted.stream().filter(line -> line < last && !intact.contains(line)).count();
        }
    }

    private static final int SECTOR = 512;
    private static final int MANY = 300;

    private final String what;

    Damage(String what) {
        this.what = what;
    }

    String what() {
        return what;
    }

    abstract Harm apply(SessionJournal journal) throws IOException;

    /// The files with many messages, in order. How the lines were gathered decides which they are.
    private static List<Path> holding(SessionJournal journal) {
        return journal.segments().stream()
                .filter(file -> journal.entries(file, SessionJournal.ACCEPTED).size() >= MANY)
                .toList();
    }

    private static Set<Integer> without(SessionJournal journal, Path file, int from, int to) {
        return new TreeSet<>(
                journal.linesWithout(
                        entry -> entry.file().equals(file) && entry.touches(from, to)));
    }

    private static Harm missing(SessionJournal journal, Path file, boolean sessionHolds)
            throws IOException {
        Files.delete(file);
        Set<Integer> left = journal.linesWithout(entry -> entry.file().equals(file));
        return new Harm(left, List.of(), List.of(file), sessionHolds);
    }

    private static void cut(Path file, long size) throws IOException {
        try (var open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(size);
        }
    }

    private static void zero(Path file, int from, int to) throws IOException {
        try (var open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(from);
            open.write(new byte[to - from]);
        }
    }

    private static void flip(Path file, int at) throws IOException {
        try (var open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(at);
            int old = open.read();
            open.seek(at);
            open.write(old ^ 0x10);
        }
    }
}
