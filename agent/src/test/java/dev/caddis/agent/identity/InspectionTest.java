package dev.caddis.agent.identity;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

class InspectionTest {

    private static final Instant NOW = Instant.parse("2026-11-22T00:00:00Z");

    @TempDir private Path folder;

    @Test
    void an_expired_certificate_and_one_of_tomorrow_are_problems() throws IOException {
        Path device = device();
        assertThat(at(device, NOW.plus(Duration.ofDays(29))).problems()).isEmpty();
        assertThat(at(device, NOW.plus(Duration.ofDays(31))).problems())
                .singleElement()
                .asString()
                .contains("CN=pump-17 expired 2026-12-22T00:00:00Z; issue it again");
        assertThat(at(device, NOW.minus(Duration.ofHours(2))).problems())
                .singleElement()
                .asString()
                .contains("is valid from 2026-11-21T23:00:00Z on", "set the clock");
    }

    @Test
    void no_certificate_outlives_its_authority() throws IOException {
        BenchPki pki = pki(Duration.ofDays(10));
        Path made =
                pki.issue(
                                "pump-17",
                                CertificateSubject.device("pump-17"),
                                KeyKind.EC_P256,
                                Duration.ofDays(30),
                                NOW)
                        .getFirst();
        assertThat(at(made, NOW).findings())
                .singleElement()
                .isInstanceOfSatisfying(
                        Inspection.Finding.Certificate.class,
                        it -> assertThat(it.until()).isEqualTo("2026-12-02T00:00:00Z"));
    }

    @Test
    void an_encrypted_key_is_told_and_opened_with_its_password() throws IOException {
        var key = KeyKind.RSA_2048.generate().getPrivate();
        Path file = NewFiles.in(folder).writeSecret("a.key", Pem.encrypted(key, "secret"));
        assertThat(at(file, NOW).problems())
                .singleElement()
                .asString()
                .contains("write --password-file FILE");
        assertThat(PkiFile.read(file, "secret").items())
                .containsExactly(new PkiItem.Key(file, key, true));
    }

    private Path device() throws IOException {
        return pki(Duration.ofDays(365))
                .issue(
                        "pump-17",
                        CertificateSubject.device("pump-17"),
                        KeyKind.EC_P256,
                        Duration.ofDays(30),
                        NOW)
                .getFirst();
    }

    private BenchPki pki(Duration validity) throws IOException {
        return BenchPki.init(folder.resolve("pki"), "CA", validity, NOW);
    }

    private static Inspection at(Path file, Instant now) throws IOException {
        return Inspection.of(List.of(PkiFile.read(file, null)), null, now);
    }
}
