/// Is the house built as its plan says? Rules about the compiled classes of `client` and `agent`:
/// which room may import which, what the rooms without I/O may use, and what is public.
///
/// Every failure names what to use instead. ARCHITECTURE.md has the reasons.
@NullMarked
package dev.caddis.systemtests.architecture;

import org.jspecify.annotations.NullMarked;
