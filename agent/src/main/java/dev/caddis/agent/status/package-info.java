/// How is the agent, and who may ask?
///
/// [StatusBoard] is told what happens and keeps the newest of it, bounded. [StatusServer] answers
/// HTTP on loopback: `/healthz`, `/readyz`, `/metrics` and a page that only looks. **Nothing here
/// can change what the agent does: only GET is answered, and only to who asks for this machine by
/// its own name.**
@NullMarked
package dev.caddis.agent.status;

import org.jspecify.annotations.NullMarked;
