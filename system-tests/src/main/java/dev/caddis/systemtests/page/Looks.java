package dev.caddis.systemtests.page;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The page at three widths, light and dark: axe-core finds nothing, nothing scrolls sideways, and
/// there is a picture of it.
final class Looks {

    static final List<Integer> WIDTHS = List.of(360, 768, 1280);

    private static final Map<Integer, String> NAMES =
            Map.of(360, "phone", 768, "tablet", 1280, "desktop");

    private static final int HEIGHT_MAX = 2_600;

    private final Tab tab;
    private final Path pictures;
    private final Axe axe = new Axe();
    private int count;
    private int judgements;
    private int rules;

    Looks(Tab tab, Path pictures) throws IOException {
        this.tab = tab;
        this.pictures = Files.createDirectories(pictures);
    }

    /// @param when begins the names of the pictures
    /// @param judged the widths at which axe-core is asked, which takes its time on a long page
    void take(String when, List<Integer> judged) throws IOException {
        for (int width : WIDTHS) {
            for (boolean dark : List.of(false, true)) {
                tab.look(width, dark, true);
                String name = when + "-" + NAMES.get(width) + (dark ? "-dark" : "-light");
                tab.picture(pictures.resolve(name + ".png"), HEIGHT_MAX, 1);
                if (judged.contains(width)) {
                    judge(name);
                }
                int wide = tab.number("document.documentElement.scrollWidth");
                int seen = tab.number("document.documentElement.clientWidth");
                if (wide > seen || seen < width - 20) {
                    throw new IOException(name + " scrolls sideways: " + wide + " > " + seen);
                }
                count++;
            }
        }
        tab.look(1280, false, false);
    }

    /// Two pictures for the manual, `status-NAME-light` and `-dark`.
    void forManual(String name, int width, int height, int scale) throws IOException {
        tab.ask("Emulation.setScrollbarsHidden", Map.of("hidden", true));
        for (boolean dark : List.of(false, true)) {
            tab.look(width, dark, true);
            String file = "status-" + name + (dark ? "-dark" : "-light") + ".png";
            tab.picture(pictures.resolve(file), height, scale);
        }
        tab.ask("Emulation.setScrollbarsHidden", Map.of("hidden", false));
        tab.look(1280, false, false);
    }

    private void judge(String name) throws IOException {
        Axe.Verdict verdict = axe.judge(tab);
        if (!verdict.violations().isEmpty()) {
            throw new IOException(name + ": axe-core: " + String.join("\n", verdict.violations()));
        }
        judgements++;
        rules = Math.max(rules, verdict.rules());
    }

    int judgements() {
        return judgements;
    }

    int count() {
        return count;
    }

    int rules() {
        return rules;
    }
}
