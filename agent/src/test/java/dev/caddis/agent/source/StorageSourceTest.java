package dev.caddis.agent.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

class StorageSourceTest {

    @Test
    void the_root_file_system_is_root_and_others_are_called_after_their_mount_point() {
        List<Path> mounts =
                List.of(
                        Path.of("/mnt/usb stick"),
                        Path.of("/"),
                        Path.of("/root"),
                        Path.of("/boot/efi"));

        assertThat(StorageSource.named(mounts))
                .containsEntry("root", Path.of("/"))
                .containsEntry("root_2", Path.of("/root"))
                .containsEntry("mnt_usb_stick", Path.of("/mnt/usb stick"))
                .containsEntry("boot_efi", Path.of("/boot/efi"));
    }

    @Test
    void a_file_system_mounted_later_is_seen_within_a_minute() {
        FakeClock clock = new FakeClock();
        List<Path> mounts = new ArrayList<>(List.of(Path.of("/")));
        StorageSource storage = new StorageSource(() -> List.copyOf(mounts), clock.clocks());
        assertThat(storage.paths()).hasSize(3);

        mounts.add(Path.of("/data"));

        assertThatThrownBy(() -> storage.measure("data/free")).hasMessageContaining("[root]");
        clock.pass(Duration.ofMinutes(1));
        assertThat(storage.paths()).contains("data/free", "data/total", "data/used_percent");
    }
}
