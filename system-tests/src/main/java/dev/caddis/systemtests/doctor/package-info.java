/// Does `caddis doctor` name what is wrong? Faults are staged with real programs, the doctor is run
/// as a process, and an agent runs beside it.
@NullMarked
package dev.caddis.systemtests.doctor;

import org.jspecify.annotations.NullMarked;
