package dev.caddis.systemtests.interop;

class RabbitMqInteropTest extends InteropScenarios {
    RabbitMqInteropTest() {
        super(Brand.RABBITMQ);
    }
}
