/// Does a promise hold for a hundred thousand messages, while the network is cut?
///
/// Programs, not tests: each is run by one script of `system-tests/show`, prints what it counted,
/// and exits with 0 or 1.
@NullMarked
package dev.caddis.systemtests.load;

import org.jspecify.annotations.NullMarked;
