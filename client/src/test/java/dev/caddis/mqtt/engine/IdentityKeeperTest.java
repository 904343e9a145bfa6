package dev.caddis.mqtt.engine;

import static dev.caddis.mqtt.engine.Rotation.CA;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.event.ConnectionFailure.Kind;
import dev.caddis.mqtt.identity.IdentityException;
import dev.caddis.mqtt.identity.LoadedIdentity;
import dev.caddis.mqtt.identity.Pki;
import dev.caddis.mqtt.identity.Pki.Issued;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

/// Which identity an attempt is made with.
class IdentityKeeperTest {

    private static final Issued FIRST = CA.issue("CN=first");
    private static final Issued SECOND = CA.issue("CN=second");

    @TempDir private Path folder;
    private Rotation rotation;

    @BeforeEach
    void begin() {
        rotation = new Rotation(folder, FIRST);
    }

    @Test
    void each_attempt_reads_the_files() throws Exception { // F27, F38
        assertThat(rotation.connect()).isEqualTo("first");
        rotation.write(SECOND);
        assertThat(rotation.attempt()).isEqualTo("second");
        assertThat(rotation.keeper.accepted())
                .hasValueSatisfying(identity ->
                        assertThat(identity.certificateInWords()).contains("CN=second"));
        rotation.attempt();
        assertThat(rotation.keeper.accepted()).isEmpty();
    }

    @Test
    void files_that_cannot_be_used_leave_the_last_good_identity() throws Exception {
        rotation.connect();
        rotation.spoil();
        assertThat(rotation.attempt()).isEqualTo("first");
        rotation.write(SECOND);
        assertThat(rotation.attempt()).isEqualTo("second");
    }

    @Test
    void before_the_first_connection_there_is_nothing_to_fall_back_to() throws Exception {
        rotation.attempt();
        rotation.spoil();
        assertThatThrownBy(rotation::attempt).isInstanceOf(IdentityException.class);
    }

    @Test
    void a_refused_identity_is_given_up_for_the_last_good_one_and_told_once() throws Exception {
        rotation.connect();
        rotation.write(SECOND);
        assertThat(rotation.fail(Kind.CLIENT_CERTIFICATE_REFUSED)).isTrue();
        assertThat(rotation.attempt()).isEqualTo("first");
        assertThat(rotation.keeper.failed(failure(Kind.RESET))).isFalse();
        assertThat(rotation.attempt()).isEqualTo("first");
    }

    @Test
    void a_CA_that_was_taken_out_is_trusted_no_more_whatever_certificate_is_shown()
            throws Exception {
        rotation.connect();
        Issued other = Pki.authority("CN=Other CA");
        Pki.file(folder, "ca.pem", Pki.pem(other.certificate()));
        requireFirstTrusting(other);
        assertThat(rotation.keeper.failed(failure(Kind.SERVER_UNTRUSTED))).isFalse();
        requireFirstTrusting(other);

        rotation.write(SECOND);
        rotation.attempt();
        rotation.keeper.failed(failure(Kind.CLIENT_CERTIFICATE_REFUSED));
        requireFirstTrusting(other);

        rotation.spoil();
        requireFirstTrusting(other);
    }

    @Test
    void a_CA_file_that_cannot_be_read_says_nothing_against_those_that_were_trusted()
            throws Exception {
        rotation.connect();
        Pki.file(folder, "ca.pem", "-----BEGIN CERTIFICATE-----\nMII");
        requireFirstTrusting(CA);
    }

    private void requireFirstTrusting(Issued ca) throws Exception {
        LoadedIdentity used = rotation.keeper.load();
        assertThat(used.commonName()).hasValue("first");
        assertThat(used.trustManager().getAcceptedIssuers()).containsExactly(ca.certificate());
    }

    @Test
    void when_neither_is_taken_both_are_tried_in_turn() throws Exception {
        rotation.connect();
        rotation.write(SECOND);
        rotation.fail(Kind.CLIENT_CERTIFICATE_REFUSED);
        assertThat(rotation.fail(Kind.CLIENT_CERTIFICATE_REFUSED)).isFalse(); // the first one
        assertThat(rotation.attempt()).isEqualTo("second");
        assertThat(rotation.keeper.failed(failure(Kind.CLIENT_CERTIFICATE_REFUSED)))
                .as("told again")
                .isFalse();
        assertThat(rotation.attempt()).isEqualTo("first");
    }

    @Test
    void a_network_that_fails_gives_up_no_identity() throws Exception {
        rotation.connect();
        rotation.write(SECOND);
        for (int i = 0; i < 5; i++) {
            assertThat(rotation.fail(Kind.UNREACHABLE)).isFalse();
        }
        assertThat(rotation.attempt()).isEqualTo("second");
    }

    @Test
    void a_broker_that_closes_without_a_word_again_and_again_has_refused() throws Exception {
        rotation.connect();
        rotation.write(SECOND);
        assertThat(rotation.fail(Kind.CLOSED)).isFalse();
        assertThat(rotation.fail(Kind.RESET)).isFalse();
        assertThat(rotation.fail(Kind.CLOSED)).isTrue();
        assertThat(rotation.attempt()).isEqualTo("first");
    }

    @Test
    void when_the_broker_closes_without_a_word_on_either_both_are_tried_in_turn() throws Exception {
        rotation.connect();
        rotation.write(SECOND);
        assertThat(failsWithoutAWord("second")).as("told").isTrue();
        for (int i = 0; i < 2; i++) {
            assertThat(failsWithoutAWord("first")).isFalse();
            assertThat(failsWithoutAWord("second")).as("told again").isFalse();
        }
    }

    /// Three attempts, each with `name`.
    ///
    /// @return whether the listeners are to be told after the last
    private boolean failsWithoutAWord(String name) throws Exception {
        boolean told = false;
        for (Kind kind : List.of(Kind.CLOSED, Kind.RESET, Kind.CONNECT_REFUSED)) {
            assertThat(told).isFalse();
            assertThat(rotation.attempt()).isEqualTo(name);
            told = rotation.keeper.failed(failure(kind));
        }
        return told;
    }

    @Test
    void ends_without_a_word_that_are_not_in_a_row_are_no_refusal() throws Exception {
        rotation.connect();
        rotation.write(SECOND);
        for (int i = 0; i < 3; i++) {
            assertThat(rotation.fail(Kind.CLOSED)).isFalse();
            assertThat(rotation.fail(Kind.RESET)).isFalse();
            assertThat(rotation.fail(Kind.UNREACHABLE)).isFalse();
        }
        assertThat(rotation.attempt()).isEqualTo("second");
    }

    @Test
    void ends_without_a_word_that_another_certificate_had_are_not_counted() throws Exception {
        rotation.connect();
        rotation.fail(Kind.CLOSED);
        rotation.fail(Kind.CLOSED);
        rotation.write(SECOND);
        assertThat(rotation.fail(Kind.CLOSED)).isFalse();
        assertThat(rotation.fail(Kind.CLOSED)).isFalse();
        rotation.write(CA.issue("CN=third"));
        assertThat(rotation.fail(Kind.CLOSED)).isFalse();
        assertThat(rotation.fail(Kind.CLOSED)).isFalse();
        assertThat(rotation.attempt()).isEqualTo("third");
        assertThat(rotation.fail(Kind.CLOSED)).isTrue();
    }

    @Test
    void a_kept_identity_that_is_accepted_with_other_CAs_is_no_change() throws Exception {
        rotation.connect();
        Issued other = Pki.authority("CN=Other CA");
        Pki.file(folder, "ca.pem", Pki.pem(CA.certificate(), other.certificate()));
        rotation.write(SECOND);
        assertThat(rotation.fail(Kind.CLIENT_CERTIFICATE_REFUSED)).isTrue();
        assertThat(rotation.attempt()).isEqualTo("first");
        assertThat(rotation.keeper.accepted()).isEmpty();

        rotation.keeper.allow(rotation.files.fingerprint());
        assertThat(rotation.attempt()).isEqualTo("second");
        assertThat(rotation.keeper.accepted()).isPresent();
    }

    private static ConnectionFailure failure(Kind kind) {
        return new ConnectionFailure(kind, "it was so");
    }
}
