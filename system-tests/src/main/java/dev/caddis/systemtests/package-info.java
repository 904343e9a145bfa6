/// How is Caddis measured against programs that others wrote, over networks that fail?
///
/// Real brokers ([Mosquitto], and the demo's embedded Artemis), observers that share no code with
/// Caddis ([MosquittoSub], [HiveMqObserver]) and a network that can be cut ([CuttingProxy]). Every
/// wait here has a deadline and ends at the event it waits for. Nothing keeps a process alive after
/// its `close`.
@NullMarked
package dev.caddis.systemtests;

import org.jspecify.annotations.NullMarked;
