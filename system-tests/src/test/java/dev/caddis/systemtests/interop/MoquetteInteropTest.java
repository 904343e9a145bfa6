package dev.caddis.systemtests.interop;

class MoquetteInteropTest extends InteropScenarios {
    MoquetteInteropTest() {
        super(Brand.MOQUETTE);
    }
}
