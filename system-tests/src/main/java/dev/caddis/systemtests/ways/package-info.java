/// Does one session go every way out that the network leaves? Listeners and proxies one after the
/// other, the nodes of a cluster, brokers that know nothing of each other.
@NullMarked
package dev.caddis.systemtests.ways;

import org.jspecify.annotations.NullMarked;
