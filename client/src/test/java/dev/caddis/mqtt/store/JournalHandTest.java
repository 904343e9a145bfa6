package dev.caddis.mqtt.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.session.Change;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// What a purge by hand leaves.
class JournalHandTest {

    @TempDir private Path folder;

    @Test
    void a_purge_frees_the_keys_of_what_damage_took_too() throws IOException {
        JournalStore store = Journals.open(FolderDisk.open(folder), 0);
        Journals.accept(store, bytes("the first reading"), "key of the first");
        Journals.accept(store, bytes("the second reading"), "key of the second");
        store.close();
        Journals.open(FolderDisk.open(folder), 0).close(); // its checkpoint has the keys
        Path file = folder.resolve(Segment.name(1, false));
        byte[] content = Files.readAllBytes(file);
        content[new String(content, StandardCharsets.ISO_8859_1).indexOf("the second")] ^= 1;
        Files.write(file, content);

        assertThat(JournalHand.purge(folder, "pump")).isEqualTo(1);

        JournalStore next = Journals.open(FolderDisk.open(folder), 0);
        assertThat(next.recover().outboxMessages()).isZero();
        assertThat(next.recover().checkpoint()).noneMatch(it -> it instanceof Change.Keyed);
        next.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
