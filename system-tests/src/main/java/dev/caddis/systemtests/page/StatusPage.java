package dev.caddis.systemtests.page;

import dev.caddis.demo.Issued;
import dev.caddis.demo.ThrowAwayPki;
import dev.caddis.systemtests.HiveMqObserver;
import dev.caddis.systemtests.Mosquitto;
import dev.caddis.systemtests.MosquittoSettings;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/// The status page of a real agent at a real Mosquitto, in headless Chromium: a broker outage and
/// recovery seen as they happen, without a reload; accessible and readable at every width.
public final class StatusPage {

    private static final Duration START = Duration.ofMinutes(3);

    /// For what the page must show as it happens.
    private static final Duration AT_ONCE = Duration.ofSeconds(10);

    /// One pause between attempts (2 s at most), a handshake, and what waits.
    private static final Duration RECOVERY = Duration.ofSeconds(20);

    /// The page takes an agent that says nothing for lost after 20 s.
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private static final int WAITING_SEEN = 10;
    private static final String STATE = "document.getElementById('state')?.dataset.state";
    private static final String OUTBOX =
            "Number(document.querySelector('#figures dd span').textContent.replace(/\\D/g, ''))";

    private final Path folder;
    private final ThrowAwayPki pki;
    private final Mosquitto broker;
    private final Chromium chromium;
    private final Tab tab;
    private final Looks looks;
    private final String address;
    private final int port;

    private StatusPage(Path folder, ThrowAwayPki pki, Mosquitto broker, Chromium chromium)
            throws IOException {
        this.folder = folder;
        this.pki = pki;
        this.broker = broker;
        this.chromium = chromium;
        this.tab = chromium.tab();
        this.looks = new Looks(tab, folder.resolve("pictures"));
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        this.address = "http://127.0.0.1:" + port + "/";
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 1) {
            System.err.println(
                    "usage: StatusPage FOLDER; what is put into FOLDER, private keys among it,"
                            + " stays there");
            System.exit(2);
        }
        Path folder = Path.of(arguments[0]).toAbsolutePath();
        ThrowAwayPki pki = ThrowAwayPki.create(folder.resolve("pki"));
        try (Mosquitto broker =
                        new Mosquitto(
                                MosquittoSettings.of(
                                        pki, pki.issueServer(), folder.resolve("mosquitto")));
                Chromium chromium = new Chromium(folder.resolve("profile"))) {
            broker.start();
            new StatusPage(folder, pki, broker, chromium).show();
        }
    }

    private void show() throws Exception {
        try (PageAgent agent = start("pump-17", Topics.ORDINARY)) {
            AtomicBoolean over = new AtomicBoolean();
            Thread weather = Thread.ofPlatform().start(() -> weather(agent, over));
            try {
                ordinary(agent);
            } catch (IOException e) {
                throw new IOException(e.getMessage() + "\n" + agent.log(), e);
            } finally {
                over.set(true);
                weather.join();
            }
        }
        try (PageAgent agent = start("crowded", Topics.crowd())) {
            crowded();
            agent.kill();
        }
        for (String request : chromium.requests()) {
            require(
                    request.startsWith(address) || request.startsWith("data:"),
                    "a request left the agent: " + request);
        }
        require(chromium.complaints().isEmpty(), "the browser: " + chromium.complaints());
        System.out.printf(
                "%d looks at three widths, light and dark, during an outage too, none scrolls"
                        + " sideways; axe-core: %d rules kept, no violation in %d looks; %d"
                        + " requests, none to another address%n",
                looks.count(), looks.rules(), looks.judgements(), chromium.requests().size());
    }

    private PageAgent start(String name, List<String> topics) throws IOException {
        return PageAgent.start(folder, name, broker.url(), pki, port, topics);
    }

    private void ordinary(PageAgent agent) throws Exception {
        open();
        tab.evaluate("window.sameDocument = true");
        command("pump-17", "valve/open", "{\"seconds\":12}");
        command("pump-17", "display", "<img src=x onerror='window.hacked=1'><b>bold</b>");
        seen(
                "document.querySelectorAll('#topics polyline').length > 3",
                AT_ONCE,
                "charts of the topics");
        seen(
                "document.querySelector('#subscriptions').textContent.includes('<b>bold</b>')",
                AT_ONCE,
                "a message with HTML, as text");
        tab.await("document.querySelector('#topics .meta').textContent.includes('60 mess')", START);
        looks.take("connected", Looks.WIDTHS);
        keyboard();
        outage();
        motion();
        lostAgent(agent);
        require(
                tab.number("document.querySelectorAll('main img, main b, main script').length") == 0
                        && !Boolean.TRUE.equals(tab.evaluate("Boolean(window.hacked)")),
                "HTML of a message became part of the page");
        require(
                Boolean.TRUE.equals(tab.evaluate("window.sameDocument")),
                "the page was loaded again");
    }

    private void open() throws IOException {
        tab.look(1280, false, false);
        long begun = System.nanoTime();
        while (true) { // the agent has yet to open its port
            tab.go(address);
            if (tab.await("window.EventSource && " + STATE + " === 'up'", Duration.ofSeconds(5))
                    != null) {
                return;
            }
            require(System.nanoTime() - begun < START.toNanos(), "the page did not come up");
        }
    }

    private void command(String device, String name, String text) throws Exception {
        Issued other = pki.issueDevice("operator-" + name.replace('/', '-'));
        try (HiveMqObserver sender =
                HiveMqObserver.connect(broker.port(), pki, other, "operator")) {
            sender.publish(
                    device + "/commands/" + name, text.getBytes(StandardCharsets.UTF_8), 1, false);
        }
    }

    private void outage() throws IOException {
        int events = tab.number("document.querySelectorAll('#events li').length");
        broker.stop();
        seen(STATE + " === 'down'", AT_ONCE, "the broker's end");
        seen("!document.getElementById('problem').hidden", AT_ONCE, "why there is no connection");
        seen(
                "document.querySelectorAll('#events li').length > "
                        + events
                        + " && document.querySelector('#events .level')",
                AT_ONCE,
                "it among the last events");
        int before = tab.number(OUTBOX);
        seen(OUTBOX + " >= " + (before + WAITING_SEEN), AT_ONCE, "the outbox growing");
        seen(
                "/^[1-9]/.test(document.getElementById('outbox-most').textContent)",
                AT_ONCE,
                "the chart growing");
        looks.take("outage", Looks.WIDTHS);
        looks.forManual("phone", 360, 760, 2);
        int most = tab.number(OUTBOX);
        String line = "document.querySelector('#outbox-chart polyline').getAttribute('points')";
        String drawn = tab.text(line);
        try {
            broker.start();
        } finally {
            seen(STATE + " === 'up'", RECOVERY, "the connection again");
        }
        seen(OUTBOX + " < " + WAITING_SEEN / 2, RECOVERY, "the outbox drained of " + most);
        seen("document.getElementById('problem').hidden", AT_ONCE, "no problem left");
        seen(line + " !== " + quoted(drawn), AT_ONCE, "the chart falling");
        seen(
                "document.querySelector('#events li').textContent.includes('connected to')"
                        + " || document.querySelector('#events').textContent.match(/connected to/g)"
                        + ".length > 1",
                AT_ONCE,
                "the recovery among the last events");
        looks.take("recovered", Looks.WIDTHS);
        looks.forManual("desktop", 1280, 862, 1);
    }

    private static String quoted(String text) {
        return "'" + text + "'";
    }

    private void keyboard() throws IOException {
        tab.evaluate("document.activeElement.blur()");
        List<String> order = new ArrayList<>();
        int stops =
                tab.number(
                        "[...document.querySelectorAll('a, input')].filter((each) =>"
                                + " each.checkVisibility()).length");
        for (int i = 0; i < stops; i++) {
            tab.press("Tab", 9);
            order.add(tab.text("document.activeElement.textContent || document.activeElement.id"));
            require(
                    tab.number("parseInt(getComputedStyle(document.activeElement).outlineWidth)")
                            >= 2,
                    "the focus on " + order.getLast() + " cannot be seen");
            require(
                    Boolean.TRUE.equals(
                            tab.evaluate(
                                    "((box) => box.width > 0 && box.left >= 0 && box.top >= 0)"
                                            + "(document.activeElement.getBoundingClientRect())")),
                    "the focus on " + order.getLast() + " is outside of the window");
        }
        require(
                order.equals(
                        List.of(
                                "Skip to the status",
                                "Connection",
                                "Outbox",
                                "Topics",
                                "Subscriptions",
                                "Events",
                                "As JSON",
                                "Metrics")),
                "the order of the keyboard is " + order);
        tab.evaluate("document.querySelector('.skip').focus()");
        tab.press("Enter", 13);
        seen("document.activeElement.id === 'main'", AT_ONCE, "the skip link followed by Enter");
        said(stops + " stops of the keyboard in order, each with a visible focus");
    }

    private void motion() throws IOException {
        tab.look(1280, false, false);
        require(tab.number("document.getAnimations().length") > 0, "nothing moves");
        tab.look(1280, false, true);
        require(
                tab.number("document.getAnimations().length") == 0
                        && tab.text("getComputedStyle(document.documentElement).scrollBehavior")
                                .equals("auto"),
                "something moves though less motion is asked for");
        tab.look(1280, false, false);
    }

    private void lostAgent(PageAgent agent) throws Exception {
        agent.signal("STOP");
        try {
            seen(STATE + " === 'lost'", SILENCE, "an agent that says nothing");
        } finally {
            agent.signal("CONT");
        }
        seen(STATE + " === 'up'", RECOVERY, "that it goes on");
        agent.kill();
        seen(STATE + " === 'lost'", AT_ONCE, "an agent that was killed");
        seen("document.getElementById('stale').checkVisibility()", AT_ONCE, "since when");
        looks.take("lost", Looks.WIDTHS);
        agent.killAndStart();
        seen(STATE + " === 'up'", START, "the agent started again");
    }

    private void crowded() throws Exception {
        open();
        command("crowded", "long", "<script>window.hacked=1</script>" + "x".repeat(3_000));
        seen(
                "document.querySelectorAll('#topics article').length >= " + Topics.CROWD,
                START,
                Topics.CROWD + " topics");
        seen(
                "document.querySelector('#subscriptions').textContent.includes('<script>')",
                AT_ONCE,
                "a long message");
        looks.take("crowded", List.of(360));
        tab.evaluate("document.getElementById('find').focus()");
        tab.type("line-07");
        seen(
                "[...document.querySelectorAll('#topics article')].filter((each) =>"
                        + " each.checkVisibility()).length === 1",
                AT_ONCE,
                "one topic of them when its name is typed");
        require(
                !Boolean.TRUE.equals(tab.evaluate("Boolean(window.hacked)")),
                "a message ran as a script");
    }

    private void seen(String condition, Duration most, String what) throws IOException {
        Duration took = tab.await(condition, most);
        if (took == null) {
            tab.picture(folder.resolve("pictures").resolve("not-seen.png"), 2_000, 1);
            throw new IOException("not seen within " + most.toSeconds() + " s: " + what);
        }
        said(String.format(Locale.ROOT, "%s: seen after %.2f s", what, took.toMillis() / 1e3));
    }

    private static void weather(PageAgent agent, AtomicBoolean over) {
        long begun = System.nanoTime();
        while (!over.get()) {
            try {
                agent.weather((System.nanoTime() - begun) / 1e9);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
    }

    private static void require(boolean holds, String otherwise) throws IOException {
        if (!holds) {
            throw new IOException(otherwise);
        }
    }

    private static void said(String what) {
        System.out.println("- " + what);
    }
}
