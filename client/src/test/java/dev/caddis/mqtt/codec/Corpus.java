package dev.caddis.mqtt.codec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/// The inputs that a fuzzer has found worth keeping: one in hexadecimal a line, `#` before a
/// remark. The fuzzer itself wants a file for each.
final class Corpus {

    private static final Path FILE = Path.of("src/test/resources/corpus/codec.txt");
    private static final String REMARK =
            "# What CodecFuzz reads; kept with: ./caddis dev fuzz --keep";

    private static final Comparator<String> BY_SIZE =
            Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder());

    private Corpus() {}

    static List<byte[]> inputs() {
        try (Stream<String> lines = Files.lines(FILE)) {
            return lines.filter(line -> !line.startsWith("#"))
                    .map(HexFormat.of()::parseHex)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// `unpack FOLDER` makes a file of each input, `pack FOLDER` the corpus of the files.
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[1]);
        if (arguments[0].equals("pack")) {
            pack(folder);
            return;
        }
        Files.createDirectories(folder);
        int number = 0;
        for (byte[] input : inputs()) {
            Files.write(folder.resolve("kept-" + number++), input);
        }
    }

    private static void pack(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            Stream<String> lines = files.map(Corpus::hexOf).sorted(BY_SIZE);
            Files.write(FILE, Stream.concat(Stream.of(REMARK), lines).toList());
        }
    }

    private static String hexOf(Path file) {
        try {
            return HexFormat.of().formatHex(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
