package dev.caddis.systemtests.crash;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What stands where in the files of a session folder, read by `docs/reference/journal-format.md`
/// and by no code of Caddis: so that it can be said which messages a damage may cost.
final class SessionJournal {

    /// A record in a file.
    ///
    /// @param begin offset of its first byte, `end` that behind its last
    /// @param kind as in the table of records
    /// @param line of the message that it holds; `null` where it holds none
    record Entry(Path file, int begin, int end, int kind, @Nullable Integer line) {

        boolean touches(int from, int to) {
            return begin < to && end > from;
        }
    }

    static final int FIRST = 0;
    static final int ACCEPTED = 1;
    static final int OPENED = 3;
    static final int OUTBOX = 17;

    private static final int HEAD = 20;
    private static final int BEFORE_CONTENT = 16;
    private static final Pattern LINE = Pattern.compile("line ([0-9]+) ");

    private final Path folder;
    private final List<Path> segments;
    private final List<Entry> entries = new ArrayList<>();

    private SessionJournal(Path folder) throws IOException {
        this.folder = folder;
        try (Stream<Path> all = Files.list(folder)) {
            segments = all.filter(file -> file.toString().endsWith(".journal")).sorted().toList();
        }
        for (Path segment : segments) {
            read(segment);
        }
    }

    static SessionJournal in(Path folder) throws IOException {
        return new SessionJournal(folder);
    }

    private void read(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        int at = HEAD;
        while (at + BEFORE_CONTENT < bytes.limit()) {
            int end = at + 8 + bytes.getInt(at);
            if (end <= at + BEFORE_CONTENT || end > bytes.limit()) {
                return; // torn by the kill
            }
            String content =
                    new String(
                            bytes.array(),
                            at + BEFORE_CONTENT,
                            end - at - BEFORE_CONTENT,
                            StandardCharsets.ISO_8859_1);
            Matcher line = LINE.matcher(content);
            entries.add(
                    new Entry(
                            file,
                            at,
                            end,
                            content.charAt(0),
                            line.find() ? Integer.valueOf(line.group(1)) : null));
            at = end;
        }
    }

    Path folder() {
        return folder;
    }

    /// In order; the last is the present one.
    List<Path> segments() {
        return segments;
    }

    List<Entry> entries(Path file) {
        return entries.stream().filter(entry -> entry.file().equals(file)).toList();
    }

    List<Entry> entries(Path file, int kind) {
        return entries(file).stream().filter(entry -> entry.kind() == kind).toList();
    }

    /// The lines of which some record is left where those that `destroyed` says are gone.
    Set<Integer> linesWithout(Predicate<Entry> destroyed) {
        Set<Integer> lines = new TreeSet<>();
        for (Entry entry : entries) {
            if (entry.line() != null && !destroyed.test(entry)) {
                lines.add(entry.line());
            }
        }
        return lines;
    }

    Set<Integer> lines() {
        return linesWithout(entry -> false);
    }
}
