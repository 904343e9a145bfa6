package dev.caddis.agent.cli;

import dev.caddis.mqtt.packet.Bytes;

import java.time.Duration;

/// What `caddis roundtrip` is to do.
///
/// @param iterations how many; 0 is for ever
/// @param publishes in each iteration
record RoundtripPlan(long iterations, int publishes, String topic, Bytes message, Pace pace) {

    /// How long what may take, and what lies between.
    ///
    /// @param backoffMin the first window of the pause before a repetition
    /// @param backoffMax its largest
    /// @param retries how often connecting, and subscribing, is repeated after the first time
    /// @param answer how long an answer may take: to SUBSCRIBE, PUBLISH, UNSUBSCRIBE
    record Pace(
            Duration backoffMin,
            Duration backoffMax,
            int retries,
            Duration answer,
            Duration betweenPublishes,
            Duration betweenIterations) {

        /// That of the microcontroller demo. It looks for an answer 30 times, 700 ms apart.
        static final Pace DEMO =
                new Pace(
                        Duration.ofMillis(500),
                        Duration.ofSeconds(5),
                        5,
                        Duration.ofMillis(700).multipliedBy(30),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(5));

        int attempts() {
            return 1 + retries;
        }

        /// The window of the pause before retry number `retry`, 1 for the first: it doubles.
        Duration window(int retry) {
            Duration window = backoffMin;
            for (int i = 1; i < retry && window.compareTo(backoffMax) < 0; i++) {
                window = window.multipliedBy(2);
            }
            return window.compareTo(backoffMax) < 0 ? window : backoffMax;
        }
    }
}
