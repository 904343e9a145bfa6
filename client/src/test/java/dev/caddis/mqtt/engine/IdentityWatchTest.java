package dev.caddis.mqtt.engine;

import static dev.caddis.mqtt.engine.Rotation.CA;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.event.ConnectionFailure.Kind;
import dev.caddis.mqtt.identity.Pki;
import dev.caddis.mqtt.identity.Pki.Issued;
import dev.caddis.mqtt.identity.Pki.Validity;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/// What the watch makes of changed files. F38: a new certificate needs no restart.
class IdentityWatchTest {

    private static final Issued FIRST = CA.issue("CN=first");
    private static final Issued SECOND = CA.issue("CN=second");
    private static final Duration A_WHILE = Duration.ofSeconds(30);

    @TempDir private Path folder;
    private Rotation rotation;

    @BeforeEach
    void begin() throws Exception {
        rotation = new Rotation(folder, FIRST);
        rotation.connect();
        rotation.watchFor(A_WHILE);
        assertThat(rotation.proven).isEmpty();
    }

    @Test
    void a_changed_certificate_is_proven_then_the_session_goes_over_to_it() throws Exception {
        rotation.write(SECOND);
        rotation.watchFor(A_WHILE);
        assertThat(rotation.proven).containsExactly("second");
        assertThat(rotation.moves).singleElement().asString().contains("subject CN=second");
        assertThat(rotation.connect()).isEqualTo("second");
        rotation.watchFor(A_WHILE.multipliedBy(10));
        assertThat(rotation.moves).hasSize(1);
        assertThat(rotation.told).isEmpty();
    }

    @Test
    void files_that_are_written_one_after_the_other_raise_no_alarm() throws Exception {
        rotation.writeKey(SECOND);
        rotation.watchFor(Duration.ofSeconds(10));
        rotation.writeCertificate(SECOND);
        rotation.watchFor(A_WHILE);
        assertThat(rotation.told).isEmpty();
        assertThat(rotation.moves).hasSize(1);
    }

    @Test
    void files_that_do_not_fit_for_long_are_told_once_and_not_used() throws Exception {
        rotation.writeKey(SECOND);
        rotation.watchFor(A_WHILE.multipliedBy(100));
        assertThat(rotation.told)
                .singleElement()
                .isInstanceOfSatisfying(
                        ClientEvent.IdentityKept.class,
                        kept -> {
                            assertThat(kept.reason().kind()).isEqualTo(Kind.IDENTITY);
                            assertThat(kept.reason().sentence()).contains("does not fit");
                        });
        assertThat(rotation.proven).isEmpty();
        assertThat(rotation.attempt()).isEqualTo("first");
        rotation.writeCertificate(SECOND);
        rotation.watchFor(A_WHILE);
        assertThat(rotation.moves).hasSize(1);
        assertThat(rotation.attempt()).isEqualTo("second");
    }

    @Test
    void what_is_refused_is_told_once_and_not_used_by_later_attempts() throws Exception {
        rotation.refusal = Kind.CLIENT_CERTIFICATE_REFUSED;
        rotation.write(SECOND);
        rotation.watchFor(Duration.ofHours(3));
        assertThat(rotation.told)
                .singleElement()
                .isInstanceOfSatisfying(
                        ClientEvent.IdentityKept.class,
                        kept ->
                                assertThat(kept.reason().kind())
                                        .isEqualTo(Kind.CLIENT_CERTIFICATE_REFUSED));
        assertThat(rotation.proven).as("tried again now and then").hasSizeBetween(3, 10);
        assertThat(rotation.moves).isEmpty();
        assertThat(rotation.attempt()).isEqualTo("first");
    }

    @Test
    void what_was_refused_and_is_taken_later_is_used() throws Exception {
        rotation.refusal = Kind.CLIENT_CERTIFICATE_REFUSED;
        rotation.write(SECOND);
        rotation.watchFor(A_WHILE);
        rotation.refusal = null;
        rotation.watchFor(Duration.ofMinutes(5));
        assertThat(rotation.moves).isNotEmpty();
        assertThat(rotation.attempt()).isEqualTo("second");
    }

    @Test
    void a_network_that_fails_the_proof_is_no_verdict() throws Exception {
        rotation.refusal = Kind.REFUSED;
        rotation.write(SECOND);
        rotation.watchFor(A_WHILE);
        assertThat(rotation.told).isEmpty();
        rotation.refusal = null;
        rotation.watchFor(Duration.ofMinutes(3));
        assertThat(rotation.moves).isNotEmpty();
    }

    @Test
    void files_that_are_written_again_as_they_were_change_nothing() throws Exception {
        rotation.write(FIRST);
        Pki.file(folder, "device.pem", Pki.pem(FIRST.certificate()) + "\n");
        rotation.watchFor(A_WHILE);
        assertThat(rotation.proven).isEmpty();
        assertThat(rotation.moves).isEmpty();
    }

    @Test
    void a_changed_CA_file_is_proven_too() throws Exception {
        Issued other = Pki.authority("CN=Other CA");
        Pki.file(folder, "ca.pem", Pki.pem(CA.certificate(), other.certificate()));
        rotation.watchFor(A_WHILE);
        assertThat(rotation.proven).containsExactly("first");
        assertThat(rotation.moves).hasSize(1);
    }

    @Test
    void without_a_connection_nothing_is_proven_and_the_next_attempt_reads_the_files()
            throws Exception {
        rotation.online = false;
        rotation.write(SECOND);
        rotation.watchFor(A_WHILE);
        assertThat(rotation.proven).isEmpty();
        assertThat(rotation.attempt()).isEqualTo("second");
    }

    // ---- the end of the certificate

    @Test
    void from_30_days_before_its_end_a_certificate_is_told_of_once_a_day() throws Exception {
        Instant end = Instant.now().plus(Duration.ofDays(365));
        Validity year = new Validity(end.minus(Duration.ofDays(366)), end);
        Instant told = tellsOf(year, end.minus(Duration.ofDays(30)).plusSeconds(1));
        assertThat(told).isEqualTo(Instant.ofEpochSecond(end.getEpochSecond()));
        rotation.watchFor(A_WHILE);
        assertThat(rotation.told).hasSize(1);
        rotation.clock = rotation.clock.plus(Duration.ofHours(25));
        rotation.watchFor(A_WHILE);
        assertThat(rotation.told).hasSize(2);
    }

    @Test
    void before_that_it_is_not() throws Exception {
        Instant end = Instant.now().plus(Duration.ofDays(365));
        Validity year = new Validity(end.minus(Duration.ofDays(366)), end);
        write(year);
        rotation.clock = end.minus(Duration.ofDays(31));
        rotation.watchFor(A_WHILE);
        assertThat(rotation.told).isEmpty();
    }

    @Test
    void one_that_is_made_for_a_day_is_told_of_in_its_last_third() throws Exception {
        Instant begin = Instant.now();
        Validity day = new Validity(begin, begin.plus(Duration.ofDays(1)));
        write(day);
        rotation.clock = begin.plus(Duration.ofHours(15));
        rotation.watchFor(A_WHILE);
        assertThat(rotation.told).isEmpty();
        rotation.clock = begin.plus(Duration.ofHours(17));
        rotation.watchFor(A_WHILE);
        assertThat(rotation.told).hasSize(1);
    }

    private Instant tellsOf(Validity validity, Instant now) throws Exception {
        write(validity);
        rotation.clock = now;
        rotation.watchFor(A_WHILE);
        assertThat(rotation.told)
                .singleElement()
                .isInstanceOf(ClientEvent.CertificateExpires.class);
        return ((ClientEvent.CertificateExpires) rotation.told.getFirst()).notAfter();
    }

    private void write(Validity validity) throws Exception {
        rotation.write(CA.issue("CN=first", Pki.ec(), validity));
        rotation.connect();
    }
}
