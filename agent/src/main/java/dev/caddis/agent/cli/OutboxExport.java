package dev.caddis.agent.cli;

import dev.caddis.mqtt.SessionFolder;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.Callable;

/// `caddis outbox export`.
@Command(
        name = "export",
        description =
                "Write every message without an acknowledgement as one JSON object a line:"
                        + " sequence, state (sent or waiting), accepted_at, topic, qos, retain,"
                        + " payload_base64, text (where it is UTF-8), properties. What is exported"
                        + " stays in the folder.",
        footer = {"", "Example: caddis outbox export --session ./outbox outbox.jsonl"})
final class OutboxExport implements Callable<Integer> {

    private static final int CHECK_EVERY = 1_000;
    private static final Set<StandardOpenOption> NEW =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    /// Payloads are for nobody else.
    private static final FileAttribute<Set<PosixFilePermission>> OURS =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    @Spec private @Nullable CommandSpec spec;
    @Mixin private final FolderOption where = new FolderOption();

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description = "A new file to write to. Left out: standard output.")
    private @Nullable Path file;

    private long exported;

    @Override
    public Integer call() throws IOException {
        Path folder = where.folder();
        Path to = file;
        if (to == null) {
            PrintWriter out = Console.out(spec);
            export(folder, out);
            return ExitCode.DONE;
        }
        try (SeekableByteChannel made = Files.newByteChannel(to, NEW, OURS);
                Writer writer = Channels.newWriter(made, StandardCharsets.UTF_8);
                PrintWriter out = new PrintWriter(new BufferedWriter(writer))) {
            export(folder, out);
            if (out.checkError()) {
                throw new FailedException(to + " cannot be written; is its disk full?", null);
            }
        } catch (FileAlreadyExistsException e) {
            throw new UsageException("caddis: " + to + " is there already; name a new file");
        }
        PrintWriter err = Console.err(spec);
        err.println("caddis: exported " + Count.of(exported, "message") + " to " + to);
        err.flush();
        return ExitCode.DONE;
    }

    private void export(Path folder, PrintWriter out) {
        SessionFolder.at(folder)
                .read(message -> {
                    exported++;
                    out.print(MessageFormat.exported(message));
                    out.print('\n');
                    return exported % CHECK_EVERY != 0 || !out.checkError();
                });
        out.flush();
    }
}
