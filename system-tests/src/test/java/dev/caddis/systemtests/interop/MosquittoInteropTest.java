package dev.caddis.systemtests.interop;

class MosquittoInteropTest extends InteropScenarios {
    MosquittoInteropTest() {
        super(Brand.MOSQUITTO);
    }
}
