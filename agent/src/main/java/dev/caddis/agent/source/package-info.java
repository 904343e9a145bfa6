/// What can this device tell? Sources answer data paths; the device tree brings them together.
///
/// A [Source] answers the paths below its mount point and may fail; a [DeviceTree] holds the
/// mounted sources and never fails: **whatever goes wrong becomes a failed [Reading] that says why,
/// and an error text is never a value.** [ThisMachine] is the tree every device has without
/// configuration. Nothing here knows topics, payloads or YAML.
@NullMarked
package dev.caddis.agent.source;

import org.jspecify.annotations.NullMarked;
