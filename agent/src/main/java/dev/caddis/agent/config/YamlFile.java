package dev.caddis.agent.config;

import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Reads a file into YAML nodes, within bounds that no honest configuration reaches; what is not
/// YAML is one problem.
final class YamlFile {

    private static final int BYTES_MAX = 1 << 20;

    private final Path file;
    private final Problems problems;

    private YamlFile(Path file, Problems problems) {
        this.file = file;
        this.problems = problems;
    }

    /// The mapping that `file` holds; `null` when it holds none, and that was reported.
    static @Nullable MappingNode read(Path file, Problems problems) {
        var yaml = new YamlFile(file, problems);
        byte[] bytes = yaml.bytes();
        String text = bytes == null ? null : yaml.text(bytes);
        return text == null ? null : yaml.mapping(text);
    }

    private byte @Nullable [] bytes() {
        if (Files.isDirectory(file)) {
            return refuseFile(
                    "is a directory",
                    "name the file in it, such as " + file.resolve("caddis.yaml"));
        }
        if (SmallFile.isSpecial(file)) {
            return refuseFile(
                    "is not a regular file", "write the configuration to one and name that");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(BYTES_MAX + 1);
            if (bytes.length > BYTES_MAX) {
                return refuseFile(
                        "is larger than 1 MiB", "check that it is a Caddis configuration");
            }
            return bytes;
        } catch (NoSuchFileException missing) {
            Path whole = file.toAbsolutePath().normalize();
            return refuseFile(
                    "does not exist" + (whole.equals(file) ? "" : ", looked for as " + whole),
                    "correct the path");
        } catch (IOException unreadable) {
            return refuseFile(
                    SmallFile.reason(unreadable),
                    "make it readable for the user that runs the agent");
        }
    }

    private byte @Nullable [] refuseFile(String what, String remedy) {
        problems.add(0, "file", what, remedy);
        return null;
    }

    private @Nullable String text(byte[] bytes) {
        var text = CharBuffer.allocate(bytes.length);
        if (StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes), text, true)
                .isError()) {
            problems.add(
                    lineAt(text.flip().toString()),
                    "yaml",
                    "is not UTF-8 text",
                    "save the file as UTF-8");
            return null;
        }
        return text.flip().toString();
    }

    private @Nullable MappingNode mapping(String text) {
        LoadSettings settings =
                LoadSettings.builder()
                        .setAllowNonScalarKeys(true) // reported with its line by KeyCheck
                        .setMaxAliasesForCollections(YamlShape.ALIASES_MAX)
                        .setVersionFunction(version -> version)
                        .build();
        try {
            if (!YamlShape.isSound(text, settings, problems)) {
                return null;
            }
            Node root = new Compose(settings).composeString(text).orElse(null);
            if (root instanceof MappingNode mapping) {
                return mapping;
            }
            refuseRoot(root);
        } catch (MarkedYamlEngineException syntax) {
            YamlSyntax.report(syntax, text, problems);
        } catch (ReaderException character) {
            problems.add(
                    lineAt(text.substring(0, text.offsetByCodePoints(0, character.getPosition()))),
                    "yaml",
                    "holds a control character that YAML does not allow",
                    "remove it");
        } catch (YamlEngineException other) {
            problems.add(
                    1, "yaml", "is not valid YAML", "compare it with docs/reference/config.md");
        }
        return null;
    }

    private void refuseRoot(@Nullable Node root) {
        String remedy = "begin with \"device:\" at the left margin, as docs/start.md shows";
        if (root == null || Nodes.isNull(root)) {
            problems.add(1, "yaml", "the file holds no configuration", remedy);
        } else {
            problems.add(Nodes.line(root), "yaml", Nodes.kind(root) + " stands here", remedy);
        }
    }

    private static int lineAt(String before) {
        return 1 + (int) before.chars().filter(c -> c == '\n').count();
    }
}
