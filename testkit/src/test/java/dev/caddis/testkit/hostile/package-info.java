/// Does anything happen when a broker sends bytes that the standard forbids, but that the
/// connection ends?
///
/// [MalformedPackets] makes every such packet from the shapes of those that a broker may send;
/// [MalformedReaderTest] gives them to the codec, [MalformedSocketTest] to a client over a socket.
@NullMarked
package dev.caddis.testkit.hostile;

import org.jspecify.annotations.NullMarked;
