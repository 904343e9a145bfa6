/// What keeps this device from its broker? Step by step, each with its cause and a remedy.
///
/// [Doctor] tries what the agent does, with a client id of its own and on connections of its own,
/// so that an agent that runs beside it notices nothing. **It says what it did not try, and why.**
/// Each step has a deadline, all together another. Neighbours: `agent` says how a broker is
/// reached, `agent.config` what was wanted, `agent.cli` prints the findings.
@NullMarked
package dev.caddis.agent.doctor;

import org.jspecify.annotations.NullMarked;
