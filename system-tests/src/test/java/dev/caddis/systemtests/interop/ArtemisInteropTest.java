package dev.caddis.systemtests.interop;

class ArtemisInteropTest extends InteropScenarios {
    ArtemisInteropTest() {
        super(Brand.ARTEMIS);
    }
}
