/// Who runs what? The threads of one client, and how they hand over to each other.
///
/// The owner thread alone steps the session ([Engine]); a reader and a writer serve one connection
/// ([Connection]); handlers and listeners run on virtual threads of their own ([Deliveries],
/// [Batches]). Whatever reaches the owner goes through its [Mailbox], a whole batch at a time.
/// docs/concurrency.md tells each thread's job, what it must never do, and the deadlock that
/// prevents.
@NullMarked
package dev.caddis.mqtt.engine;

import org.jspecify.annotations.NullMarked;
