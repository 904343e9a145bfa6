package dev.caddis.agent.config;

import java.util.List;

/// What [AgentConfig#load] found: settings to start with, or everything that is wrong.
public sealed interface ConfigResult {

    /// The file is right. `warnings` are in line order and may be empty.
    record Valid(AgentSettings settings, List<Problem> warnings) implements ConfigResult {
        public Valid {
            warnings = List.copyOf(warnings);
        }
    }

    /// The file is wrong; `problems` holds every problem of it, in line order, and at least one.
    ///
    /// @param pinRefused a token refused the PIN that the file names: trying it again would lock it
    record Invalid(List<Problem> problems, boolean pinRefused) implements ConfigResult {
        public Invalid {
            problems = List.copyOf(problems);
        }
    }
}
