/// Is a refusal named the same way every time, however it reaches us?
///
/// Programs, not tests: each is run by one script of `system-tests/show`, prints what it counted,
/// and exits with 0 or 1.
@NullMarked
package dev.caddis.systemtests.refusal;

import org.jspecify.annotations.NullMarked;
