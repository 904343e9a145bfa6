/// Where do certificates come from, and do they fit together?
///
/// [BenchPki] is an authority in a folder, for a bench and a small plant: it issues what a broker
/// and its devices show each other. [PkiFile] reads what is in a file, whoever made it, and
/// [Inspection] says what belongs together and what does not. Every file that is written here is
/// new, its owner alone may read it, and none is ever replaced.
@NullMarked
package dev.caddis.agent.identity;

import org.jspecify.annotations.NullMarked;
