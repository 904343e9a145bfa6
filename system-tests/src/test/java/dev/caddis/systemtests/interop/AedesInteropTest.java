package dev.caddis.systemtests.interop;

class AedesInteropTest extends InteropScenarios {
    AedesInteropTest() {
        super(Brand.AEDES);
    }
}
