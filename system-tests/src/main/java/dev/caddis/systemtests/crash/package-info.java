/// What is left after the process, the broker or the machine was stopped without warning?
///
/// Programs that feed a durable session, kill it, and compare what an observer received with what
/// was promised. They are started by `system-tests/show/3-*`.
@NullMarked
package dev.caddis.systemtests.crash;

import org.jspecify.annotations.NullMarked;
