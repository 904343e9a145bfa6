package dev.caddis.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
}
