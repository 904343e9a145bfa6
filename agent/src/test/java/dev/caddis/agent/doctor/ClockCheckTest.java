package dev.caddis.agent.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.agent.doctor.Finding.Verdict;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

class ClockCheckTest {

    private static final Instant WRITTEN = Instant.parse("2026-11-22T02:30:00Z");

    @TempDir private Path folder;

    private Finding at(Instant now) throws IOException {
        Path file = folder.resolve("caddis.yaml");
        if (!Files.exists(file)) {
            Files.setLastModifiedTime(Files.createFile(file), FileTime.from(WRITTEN));
        }
        return ClockCheck.of(now, List.of(folder.resolve("gone"), file));
    }

    @Test
    void a_clock_that_no_file_contradicts_is_plausible() throws IOException {
        assertThat(at(WRITTEN.plusSeconds(1)).verdict()).isEqualTo(Verdict.OK);
    }

    @Test
    void a_file_written_a_little_later_is_another_machines_clock() throws IOException {
        assertThat(at(WRITTEN.minus(Duration.ofMinutes(5))).verdict()).isEqualTo(Verdict.OK);
    }

    @Test
    void a_clock_behind_a_file_is_told_with_that_file() throws IOException {
        Finding finding = at(WRITTEN.minus(Duration.ofDays(2)));
        assertThat(finding.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(finding.text())
                .contains("clock says 2026-11-20T02:30:00Z", "caddis.yaml was written 2026-11-22");
        assertThat(finding.remedy()).contains("set the clock");
    }

    @Test
    void a_clock_before_this_program_and_one_of_another_life_are_wrong() throws IOException {
        assertThat(at(Instant.EPOCH).text()).contains("before this program was written");
        assertThat(at(Instant.parse("2106-02-07T06:28:15Z")).verdict()).isEqualTo(Verdict.FAILED);
    }
}
