/// Who are we, and whom do we trust? Key material in files becomes what TLS needs.
///
/// A [ClientIdentity] only names files or a token; [ClientIdentity#load()] reads every one of them
/// anew, so that a renewed certificate is used at the next connection. **A named file that is
/// missing, damaged or does not fit is an [IdentityException] before the first packet**, never a
/// silent fall-back to less security. Nothing here writes a file, and no text made here holds a
/// secret. Neighbour: `mqtt.transport` speaks TLS with the [LoadedIdentity].
@NullMarked
package dev.caddis.mqtt.identity;

import org.jspecify.annotations.NullMarked;
