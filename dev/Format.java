import com.google.googlejavaformat.java.Main;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Is every Java file of the repository formatted, and if not, which?
///
/// Run as a single source file with google-java-format on the class path, from the repository's
/// root: `check` lists the files to mend, writes the list to `target/format/to-mend.txt`, which
/// fails the build a moment later, and exits 1; `write` mends them. The formatter reads the
/// compiler of the JDK it runs on, so this needs the JDK that the build uses.
class Format {
    private static final Path TO_MEND = Path.of("target/format/to-mend.txt");

    public static void main(String[] arguments) throws Exception {
        var word = arguments.length == 1 ? arguments[0] : "";
        if (!word.equals("check") && !word.equals("write")) {
            System.err.println("format: expected check or write, was given: " + List.of(arguments));
            System.exit(2);
        }
        Files.deleteIfExists(TO_MEND);
        var files = javaFiles();
        System.exit(word.equals("write") ? write(files) : check(files));
    }

    private static int check(List<String> files) throws Exception {
        var toMend = new StringWriter();
        var errors = new StringWriter();
        var options = List.of("--aosp", "--dry-run", "--set-exit-if-changed");
        if (format(options, files, toMend, errors) == 0) {
            System.out.println("format: " + files.size() + " Java files are in order");
            return 0;
        }
        var listed = toMend.toString().lines().sorted().toList();
        System.out.print(errors);
        System.out.println("format: " + listed.size() + " of " + files.size() + " Java files:");
        listed.forEach(file -> System.out.println("    " + file));
        Files.createDirectories(TO_MEND.getParent());
        Files.write(TO_MEND, listed);
        return 1;
    }

    private static int write(List<String> files) throws Exception {
        var mended = new StringWriter();
        var errors = new StringWriter();
        format(List.of("--aosp", "--dry-run"), files, mended, new StringWriter());
        var status = format(List.of("--aosp", "--replace"), files, new StringWriter(), errors);
        mended.toString().lines().sorted().forEach(file -> System.out.println("    " + file));
        System.out.print(errors);
        System.out.println(
                status == 0
                        ? "format: " + files.size() + " Java files are in order"
                        : "format: some files are not Java; mend the lines above by hand");
        return status;
    }

    private static int format(
            List<String> options, List<String> files, StringWriter out, StringWriter errors)
            throws Exception {
        var words = new ArrayList<>(options);
        words.addAll(files);
        var formatter =
                new Main(
                        new PrintWriter(out, true),
                        new PrintWriter(errors, true),
                        InputStream.nullInputStream());
        return formatter.format(words.toArray(String[]::new));
    }

    /// The sources of every module and the programs beside this one, not what a build made.
    private static List<String> javaFiles() throws IOException {
        var files = new ArrayList<String>();
        try (Stream<Path> top = Files.list(Path.of(""))) {
            for (var folder : top.filter(Files::isDirectory).sorted().toList()) {
                collect(folder.resolve("src"), files);
            }
        }
        collect(Path.of("dev"), files);
        return files;
    }

    private static void collect(Path folder, List<String> files) throws IOException {
        if (Files.isDirectory(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                all.map(Path::toString)
                        .filter(name -> name.endsWith(".java"))
                        .sorted()
                        .forEach(files::add);
            }
        }
    }
}
