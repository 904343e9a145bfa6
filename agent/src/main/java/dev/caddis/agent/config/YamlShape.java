package dev.caddis.agent.config;

import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;

/// Looks at YAML as a flat stream of events, before nodes are built by recursion: one document, not
/// deep, few aliases.
final class YamlShape {

    static final int ALIASES_MAX = 100;

    /// A configuration is five deep; deeper nesting would exhaust the stack of whatever builds
    /// nodes from it.
    private static final int DEPTH_MAX = 20;

    private YamlShape() {}

    /// Whether nodes may be built from `text`; what forbids it was reported.
    static boolean isSound(String text, LoadSettings settings, Problems problems) {
        int documents = 0;
        int depth = 0;
        int aliases = 0;
        for (Event event : new Parse(settings).parseString(text)) {
            switch (event) {
                case DocumentStartEvent _ -> documents++;
                case CollectionStartEvent _ -> depth++;
                case CollectionEndEvent _ -> depth--;
                case AliasEvent _ -> aliases++;
                default -> {}
            }
            if (documents > 1) {
                return refuse(
                        event,
                        problems,
                        "a second document begins",
                        "keep one, and remove the line ---");
            }
            if (depth > DEPTH_MAX) {
                return refuse(
                        event,
                        problems,
                        "is nested too deep",
                        "a configuration is at most 5 levels deep");
            }
            if (aliases > ALIASES_MAX) {
                return refuse(
                        event,
                        problems,
                        "has more than " + ALIASES_MAX + " aliases (*)",
                        "write some of them out");
            }
        }
        return true;
    }

    private static boolean refuse(Event event, Problems problems, String what, String remedy) {
        problems.add(event.getStartMark().map(Mark::getLine).orElse(0) + 1, "yaml", what, remedy);
        return false;
    }
}
