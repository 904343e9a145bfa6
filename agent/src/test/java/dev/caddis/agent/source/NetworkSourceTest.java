package dev.caddis.agent.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

class NetworkSourceTest {

    @TempDir Path classNet;
    private final FakeClock clock = new FakeClock();
    private DeviceTree tree;

    @BeforeEach
    void open() {
        counters("eth0", 1000, 500);
        state("eth0", "up");
        tree =
                DeviceTree.builder(clock.clocks())
                        .mount("/network", new NetworkSource(classNet, clock.clocks()))
                        .build();
    }

    @AfterEach
    void close() {
        tree.close();
    }

    @Test
    void counters_are_those_of_the_kernel() {
        assertThat(value("eth0/in_bytes")).isEqualTo(1000L);
        assertThat(value("eth0/out_bytes")).isEqualTo(500L);
        assertThat(value("eth0/in_packets")).isEqualTo(3L);
        assertThat(value("eth0/out_errors")).isEqualTo(0L);
        assertThat(tree.read("network/eth0/in_bytes").unit()).isEqualTo("bytes");
        assertThat(tree.read("network/eth0/in_packets").unit()).isNull();
    }

    @Test
    void the_first_rate_waits_a_moment_for_its_second_sample_and_only_the_first() {
        assertThat(value("eth0/in_bps")).isEqualTo(0L);
        assertThat(value("eth0/out_bps")).isEqualTo(0L);

        assertThat(clock.pauses()).containsExactly(SampleWindow.FIRST);
    }

    @Test
    void a_rate_is_bits_a_second_since_the_sample_before() {
        assertThat(value("eth0/in_bps")).isEqualTo(0L);
        counters("eth0", 11_000, 1500);
        clock.pass(Duration.ofSeconds(10));

        assertThat(value("eth0/in_bps")).isEqualTo(8000L);
        assertThat(value("eth0/out_bps")).isEqualTo(800L);
        assertThat(value("eth0/in_bytes")).isEqualTo(11_000L);
    }

    @Test
    void two_readers_of_a_rate_do_not_steal_each_others_window() {
        assertThat(value("eth0/in_bps")).isEqualTo(0L);
        counters("eth0", 11_000, 500);
        clock.pass(Duration.ofSeconds(10));
        assertThat(value("eth0/in_bps")).isEqualTo(8000L); // the first topic

        counters("eth0", 11_001, 500);
        clock.pass(Duration.ofMillis(2));

        assertThat(value("eth0/in_bps")).isEqualTo(8000L); // the second, a moment later
    }

    @Test
    void an_interface_that_has_just_appeared_has_counters_at_once_and_a_rate_next_time() {
        assertThat(value("eth0/in_bps")).isEqualTo(0L);
        counters("ppp0", 700, 0);
        state("ppp0", "unknown");
        clock.pass(Duration.ofSeconds(10));

        assertThat(value("ppp0/in_bytes")).isEqualTo(700L);
        assertThat(tree.read("network/ppp0/in_bps").problem()).contains("just appeared");
        counters("ppp0", 950, 0);
        clock.pass(Duration.ofSeconds(1));
        assertThat(value("ppp0/in_bps")).isEqualTo(2000L);
    }

    @Test
    void an_interface_created_again_does_not_give_a_negative_rate() {
        assertThat(value("eth0/in_bps")).isEqualTo(0L);
        counters("eth0", 10, 10);
        clock.pass(Duration.ofSeconds(10));

        assertThat(tree.read("network/eth0/in_bps").problem()).contains("count anew");
    }

    @Test
    void up_is_the_operating_state_or_the_carrier_where_the_driver_does_not_know() {
        counters("lo", 1, 1);
        state("lo", "unknown");
        FixtureTree.write(classNet, "lo/carrier", "1");
        counters("tun0", 1, 1);
        state("tun0", "unknown");
        counters("eth1", 1, 1);
        state("eth1", "down");

        assertThat(value("eth0/up")).isEqualTo(true);
        assertThat(value("lo/up")).isEqualTo(true);
        assertThat(value("tun0/up")).isEqualTo(false);
        assertThat(value("eth1/up")).isEqualTo(false);
    }

    @Test
    void an_unknown_interface_fails_and_says_which_there_are() throws IOException {
        Files.writeString(classNet.resolve("bonding_masters"), "");

        assertThat(tree.read("network/wan0/in_bytes").problem())
                .isEqualTo("there is no interface wan0; there are [eth0]");
        assertThat(tree.read("network/wan0/in_bps").problem()).contains("no interface wan0");
        assertThat(tree.read("network/eth0/colour").problem()).contains("in_bytes", "colour");
        assertThat(tree.paths()).hasSize(9).contains("/network/eth0/out_bps", "/network/eth0/up");
    }

    private Object value(String path) {
        Reading reading = tree.read("network/" + path);
        assertThat(reading.problem()).as(path).isNull();
        return Objects.requireNonNull(reading.value());
    }

    private void counters(String name, long inBytes, long outBytes) {
        FixtureTree.write(classNet, name + "/statistics/rx_bytes", Long.toString(inBytes));
        FixtureTree.write(classNet, name + "/statistics/tx_bytes", Long.toString(outBytes));
        FixtureTree.write(classNet, name + "/statistics/rx_packets", "3");
        FixtureTree.write(classNet, name + "/statistics/tx_packets", "2");
        FixtureTree.write(classNet, name + "/statistics/rx_errors", "1");
        FixtureTree.write(classNet, name + "/statistics/tx_errors", "0");
    }

    private void state(String name, String state) {
        FixtureTree.write(classNet, name + "/operstate", state);
    }
}
