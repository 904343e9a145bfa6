package dev.caddis.systemtests.page;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// One page in the browser, and what a person does with it: look, make the window wider, press
/// keys.
final class Tab {

    private static final int HEIGHT = 900;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final DevTools tools;
    private final String session;
    private int width = 1280;

    Tab(DevTools tools, String session) {
        this.tools = tools;
        this.session = session;
    }

    Object ask(String method, Map<String, ?> parameters) throws IOException {
        return tools.ask(session, method, parameters);
    }

    void go(String url) throws IOException {
        ask("Page.navigate", Map.of("url", url));
    }

    /// @param width in CSS pixels
    void look(int width, boolean dark, boolean reducedMotion) throws IOException {
        this.width = width;
        window(HEIGHT, 1);
        ask(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                feature("prefers-color-scheme", dark ? "dark" : "light"),
                                feature(
                                        "prefers-reduced-motion",
                                        reducedMotion ? "reduce" : "no-preference"))));
    }

    private static Map<String, String> feature(String name, String value) {
        return Map.of("name", name, "value", value);
    }

    private void window(int height, int scale) throws IOException {
        ask(
                "Emulation.setDeviceMetricsOverride",
                Map.of(
                        "width",
                        width,
                        "height",
                        height,
                        "deviceScaleFactor",
                        scale,
                        "mobile",
                        false));
    }

    /// The value of a JavaScript expression; of a promise, what it came to.
    @Nullable Object evaluate(String script) throws IOException {
        Object answer =
                ask(
                        "Runtime.evaluate",
                        Map.of("expression", script, "returnByValue", true, "awaitPromise", true));
        Object thrown = Json.at(answer, "exceptionDetails");
        if (thrown != null) {
            throw new IOException("the script failed: " + thrown);
        }
        return Json.at(answer, "result", "value");
    }

    String text(String script) throws IOException {
        return String.valueOf(evaluate(script));
    }

    int number(String script) throws IOException {
        return evaluate(script) instanceof Double number ? number.intValue() : -1;
    }

    /// Looks again and again until `condition` holds.
    ///
    /// @return how long that took; `null`: longer than `most`
    @Nullable Duration await(String condition, Duration most) throws IOException {
        long begun = System.nanoTime();
        while (!Boolean.TRUE.equals(evaluate("Boolean(" + condition + ")"))) {
            if (System.nanoTime() - begun > most.toNanos()) {
                return null;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /// Presses and lets go a key such as `Tab` or `Enter`.
    void press(String key, int code) throws IOException {
        for (String type : List.of("rawKeyDown", "char", "keyUp")) {
            if (!type.equals("char")) {
                key(type, key, code, "");
            } else if (key.equals("Enter")) {
                key(type, key, code, "\r");
            }
        }
    }

    private void key(String type, String key, int code, String text) throws IOException {
        ask(
                "Input.dispatchKeyEvent",
                Map.of(
                        "type",
                        type,
                        "key",
                        key,
                        "code",
                        key,
                        "windowsVirtualKeyCode",
                        code,
                        "text",
                        text));
    }

    void type(String text) throws IOException {
        ask("Input.insertText", Map.of("text", text));
    }

    /// The page from its top.
    ///
    /// @param most height of the picture, in CSS pixels
    /// @param scale pixels of the picture for one of the page
    void picture(Path file, int most, int scale) throws IOException {
        int height = Math.min(number("document.documentElement.scrollHeight"), most);
        evaluate("scrollTo({ top: 0, behavior: 'instant' })");
        window(height, scale);
        Object answer = ask("Page.captureScreenshot", Map.of("format", "png"));
        window(HEIGHT, 1);
        Files.write(file, Base64.getDecoder().decode(String.valueOf(Json.at(answer, "data"))));
    }
}
