package dev.caddis.demo;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// What a person may type while the demo runs and after it, ready to be copied.
///
/// @param caddis how this Caddis is called, fit for a shell
record Hints(String caddis) {

    /// Set by the launcher: how it was called.
    private static final String CALLED = "caddis.command";

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    static Hints ofThisProcess() {
        return new Hints(word(System.getProperty(CALLED, "caddis")));
    }

    /// How to see the readings from a second terminal, which needs the broker to be there still.
    List<String> secondTerminal(
            int cycles, boolean kept, String device, String broker, Path ca, Issued viewer) {
        if (cycles != 0 && !kept) {
            return List.of(
                    "(for a second terminal: %s demo --cycles 0 goes on until Ctrl-C and prints the command)"
                            .formatted(caddis));
        }
        String until = cycles == 0 ? "until Ctrl-C" : "until it ends; --cycles 0: until Ctrl-C";
        return List.of(
                "in a second terminal, the same readings, " + until + ":",
                "  %s sub --broker %s --ca %s --cert %s --key %s -t '%s/#' -v"
                        .formatted(
                                caddis,
                                broker,
                                word(ca.toString()),
                                word(viewer.certificate().toString()),
                                word(viewer.key().toString()),
                                device));
    }

    /// What comes after the demo.
    List<String> next() {
        return List.of(
                "Next: your own broker. \"%s init\" writes a caddis.yaml with its address and your certificates (docs/start.md), then"
                        .formatted(caddis),
                "  %s doctor && %s run".formatted(caddis, caddis));
    }

    /// `text` as one word of a shell.
    static String word(String text) {
        return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
