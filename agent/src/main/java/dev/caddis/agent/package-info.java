/// Who runs the rooms of the agent?
///
/// [Agent] starts them in order (device tree, client, telemetry) and stops them in reverse, so that
/// "offline" is the last thing the broker hears. It gives the client what the telemetry made, tells
/// its [AgentListener]s what happens, and opens another client where the session folder has failed
/// ([AgentClient]). **Nothing here waits for the broker: the agent starts without one and retries
/// for ever.**
@NullMarked
package dev.caddis.agent;

import org.jspecify.annotations.NullMarked;
