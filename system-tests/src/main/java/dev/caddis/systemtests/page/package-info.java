/// Does the status page show, in a real browser, what happens to the agent?
///
/// A program, not a test: [StatusPage] is run by one script of `system-tests/show`, prints what it
/// looked at, and exits with 0 or 1. [Chromium] is the browser, driven by its own DevTools
/// protocol; nothing here is part of the agent.
@NullMarked
package dev.caddis.systemtests.page;

import org.jspecify.annotations.NullMarked;
