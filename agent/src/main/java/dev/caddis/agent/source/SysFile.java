package dev.caddis.agent.source;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The small files of `/sys` and `/proc`: one value each, some of which fail when read.
final class SysFile {

    private static final Pattern FIRST_NUMBER = Pattern.compile("\\d{1,9}");

    private SysFile() {}

    /// The text of `file` without the line end.
    ///
    /// @throws IOException naming the file: the kernel answers "no data" or "input/output error"
    ///   for a sensor that fails
    static String text(Path file) throws IOException {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).strip();
        } catch (FileSystemException named) {
            throw named;
        } catch (IOException failed) {
            throw new IOException(file + ": " + failed.getMessage(), failed);
        }
    }

    /// The text of `file`; empty where the file does not exist or is empty.
    static Optional<String> optionalText(Path file) throws IOException {
        try {
            return Optional.of(text(file)).filter(text -> !text.isEmpty());
        } catch (NoSuchFileException | NotDirectoryException none) {
            return Optional.empty();
        }
    }

    /// The number in `file`, exactly as written there.
    static BigDecimal number(Path file) throws IOException {
        String text = text(file);
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException wrong) {
            ReadingFailedException failure =
                    new ReadingFailedException(
                            file + " contains '" + text + "', which is no number");
            failure.initCause(wrong);
            throw failure;
        }
    }

    /// The entries of `folder` that match the glob, by the first number in their names and then by
    /// name; none where there is no such folder.
    static List<Path> list(Path folder, String glob) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, glob)) {
            stream.forEach(entries::add);
        } catch (NoSuchFileException | NotDirectoryException none) {
            return List.of();
        }
        entries.sort(Comparator.comparingInt(SysFile::firstNumber).thenComparing(SysFile::name));
        return entries;
    }

    static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static int firstNumber(Path file) {
        Matcher number = FIRST_NUMBER.matcher(name(file));
        return number.find() ? Integer.parseInt(number.group()) : 0;
    }
}
