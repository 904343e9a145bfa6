package dev.caddis.systemtests.interop;

class HiveMqInteropTest extends InteropScenarios {
    HiveMqInteropTest() {
        super(Brand.HIVEMQ);
    }
}
