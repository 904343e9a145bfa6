package dev.caddis.systemtests.interop;

class NatsInteropTest extends InteropScenarios {
    NatsInteropTest() {
        super(Brand.NATS);
    }
}
