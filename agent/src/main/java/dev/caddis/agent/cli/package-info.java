/// What may a person type?
///
/// [Main] runs one command and turns its outcome into an exit code: 0 done, 1 failed, 2 wrong usage
/// or configuration. One file is one command; what several share is an option group of its own.
/// Results go to standard output, everything else to standard error, and nobody sees a stack trace
/// who has not asked for it with `--debug`. Other modules add commands with a [CommandProvider].
@NullMarked
package dev.caddis.agent.cli;

import org.jspecify.annotations.NullMarked;
