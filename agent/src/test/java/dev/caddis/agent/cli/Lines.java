package dev.caddis.agent.cli;

import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// What a command prints, line by line as it comes.
final class Lines extends Writer {

    private final StringBuilder line = new StringBuilder();
    private final List<String> all = new ArrayList<>();
    private final BlockingQueue<String> unread = new LinkedBlockingQueue<>();

    /// The next line that holds `part`, waited for; those before it are passed over.
    String next(String part) throws InterruptedException {
        while (true) {
            String next = unread.poll(10, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("no line holds \"" + part + "\" in " + all());
            }
            if (next.contains(part)) {
                return next;
            }
        }
    }

    List<String> all() {
        synchronized (lock) {
            return List.copyOf(all);
        }
    }

    @Override
    public void write(char[] characters, int offset, int length) {
        synchronized (lock) {
            for (int i = offset; i < offset + length; i++) {
                if (characters[i] == '\n') {
                    all.add(line.toString());
                    unread.add(line.toString());
                    line.setLength(0);
                } else {
                    line.append(characters[i]);
                }
            }
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
