/// Does the session keep its promises whatever happens to the network, the process and the disk?
/// One seed gives one run of the real session, round and journal in a world that is made up: a
/// simulated disk, links that are late and break, a broker written from the standard, a clock that
/// jumps.
///
/// [Simulation] is one run. [SimulatedProcess] does what the engine does, without its threads;
/// [ModelBroker], [SimulatedLink] and [Application] are the world; [Ledger] and [HandlerLedger]
/// know what was promised and compare. [SimulateCommand] runs many seeds. A failure is a
/// [SimulationFailure], and its seed gives the same run again, with a [Transcript]. [DiskSweep] has
/// no seeds: it is one run, with the disk hit at each of its writes and forces in turn.
@NullMarked
package dev.caddis.testkit.simulation;

import org.jspecify.annotations.NullMarked;
