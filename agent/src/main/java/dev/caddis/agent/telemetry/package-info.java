/// When is what read, and how does it become a message?
///
/// [Telemetry] is the one thread of this room: it asks a [Schedule] which topics are due, has the
/// [Sampler] read their fields from the device tree, and hands each payload to an [Outlet]. The
/// arithmetic of time is in [Schedule] and knows no thread. **A failed reading is a `null` in the
/// payload and a count in [FailedReadings], and never stops a message.** Nothing here knows the
/// MQTT client or YAML.
@NullMarked
package dev.caddis.agent.telemetry;

import org.jspecify.annotations.NullMarked;
