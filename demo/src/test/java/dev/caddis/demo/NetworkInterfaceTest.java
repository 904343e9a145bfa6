package dev.caddis.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

class NetworkInterfaceTest {

    @Test
    void one_that_carries_traffic_goes_before_the_first_and_loopback_is_the_last_resort() {
        String lo = "/network/lo/in_bytes";
        String bond = "/network/bond0/in_bytes";
        String eth = "/network/eth0/in_bytes";
        Map<String, Object> values = Map.of(lo, 9L, bond, 0L, eth, 5L);
        assertThat(NetworkInterface.inUse(List.of(bond, eth, lo), values::get)).contains("eth0");
        assertThat(NetworkInterface.inUse(List.of(bond, lo), values::get)).contains("bond0");
        assertThat(NetworkInterface.inUse(List.of(lo), values::get)).contains("lo");
        assertThat(NetworkInterface.inUse(List.of("/network/eth0"), values::get)).isEmpty();
    }
}
