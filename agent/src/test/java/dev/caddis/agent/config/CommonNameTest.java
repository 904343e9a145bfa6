package dev.caddis.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

class CommonNameTest {

    @Test
    void the_first_certificate_of_a_file_is_ours_whatever_stands_before_it(@TempDir Path temp)
            throws Exception {
        ConfigFolder folder = ConfigFolder.in(temp);
        Path certs = folder.folder().resolve("certs");
        Path combined = certs.resolve("combined.pem");
        Files.writeString(
                combined,
                Files.readString(certs.resolve("device.key"))
                        + "subject=CN = somebody-else\n"
                        + Files.readString(certs.resolve("device.pem")));
        assertThat(CommonName.of(combined)).isEqualTo("pump-17");
    }

    @Test
    void a_file_that_is_far_too_large_is_refused_and_not_read_whole(@TempDir Path temp)
            throws Exception {
        Path huge = temp.resolve("huge.pem");
        try (var file = new RandomAccessFile(huge.toFile(), "rw")) {
            file.setLength(Integer.MAX_VALUE + 1L); // a hole: takes no room on the disk
        }
        assertThatThrownBy(() -> CommonName.of(huge))
                .isInstanceOf(Refused.class)
                .hasMessage(
                        "${cert:cn}: %s is larger than 4 MiB; correct tls.cert, or write the name"
                                + " here",
                        huge);
    }
}
