/// What did the user write, and is it right?
///
/// [AgentConfig#load] turns one YAML file into [AgentSettings], or into every [Problem] of that
/// file at once, each with its line and what to write instead. Rooms receive their settings as
/// records and know nothing of YAML. The order of work: [YamlFile] (is it YAML?), [Section] and
/// [Keys] (are these the keys?), [Value] (is this scalar of the right kind and in bounds?), then
/// one reader per section for what only that section can know. `docs/reference/config.md` is the
/// same, for the user.
@NullMarked
package dev.caddis.agent.config;

import org.jspecify.annotations.NullMarked;
