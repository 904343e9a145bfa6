package dev.caddis.systemtests.crash;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A small disk of its own, in memory, for as long as it is open. Needs to be root.
final class Mount implements AutoCloseable {

    private final Path folder;

    private Mount(Path folder) {
        this.folder = folder;
    }

    static Mount of(Path folder, long bytes) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        run("mount", "-t", "tmpfs", "-o", "size=" + bytes, "caddis-test", folder.toString());
        return new Mount(folder);
    }

    /// Whether this machine lets us mount at all.
    static boolean isPossible(Path scratch) throws InterruptedException {
        try (Mount tried = of(scratch, 1 << 20)) {
            return Files.isDirectory(tried.folder);
        } catch (IOException e) {
            return false;
        }
    }

    Path folder() {
        return folder;
    }

    static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + said.strip());
        }
    }

    @Override
    public void close() throws IOException {
        try {
            run("umount", folder.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("unmounting " + folder);
        }
    }
}
