/// Does Caddis get along with this broker, and where do brokers differ?
///
/// [Brand] lists the brokers, [Scenario] what is tried with each, [Difference] what a broker does
/// instead. [Brokers#start] runs one behind mutual TLS on a port of its own, with the certificates
/// of [Papers]. The scenarios themselves are tests; the table of `docs/interop.md` is
/// [InteropTable]. At QoS 2 a [Recorder] stands between client and broker, and [QosTwoSender] and
/// [QosTwoReceiver] tell a fault of ours from one of the broker.
@NullMarked
package dev.caddis.systemtests.interop;

import org.jspecify.annotations.NullMarked;
