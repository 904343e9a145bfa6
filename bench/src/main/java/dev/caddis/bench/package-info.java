/// How fast is Caddis, and what does a message cost?
///
/// [PublishRate] drives three publishers against one Mosquitto over mutual TLS 1.3: QoS 1, 100
/// bytes, 1000 in flight, nobody subscribed, both limits of the broker lifted. [BareLoop] is what
/// this JDK and this broker can do without a client library, [HiveMq] is hivemq-mqtt-client. Each
/// [Contender] lives in a JVM of its own, with the same flags ([ContenderProcess#FLAGS]), stays
/// warm and is asked for its runs in turn, so that a busy machine is equally busy for all. CPU is
/// that of the contender's whole process, JIT and garbage collector included; the broker's is not
/// counted. Needs `mosquitto` and `openssl`.
///
/// ```
/// ./caddis dev bench dev.caddis.bench.PublishRate                          the three, about 2 min
/// ./caddis dev bench dev.caddis.bench.PublishRate --rounds 9 --only caddis,hivemq
/// ./caddis dev bench dev.caddis.bench.PublishRate --only caddis --before OTHER/client/target/classes
/// ./caddis dev bench dev.caddis.bench.PublishRate --only caddis --flags "-XX:StartFlightRecording=filename=caddis.jfr"
/// ./caddis dev bench Codec                                                 JMH, the codec alone
/// ```
///
/// [DeepQueue] shows what a million messages in the outbox cost: heap, the time to the first
/// PUBLISH of a fresh process, and the rate at which the broker gets them.
///
/// `--before` adds the Caddis of another build as one more contender: the way to measure a change.
/// Trust the ratios of one run; rates of different runs are rates of different machines.
@NullMarked
package dev.caddis.bench;

import org.jspecify.annotations.NullMarked;
