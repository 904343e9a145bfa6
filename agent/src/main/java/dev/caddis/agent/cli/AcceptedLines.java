package dev.caddis.agent.cli;

import dev.caddis.mqtt.MqttException;
import dev.caddis.mqtt.Receipt;

import org.jspecify.annotations.Nullable;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;

/// Prints `accepted N` for each line of the input once its message is durable, in order, on a
/// thread of its own. What is ready is written in one piece, and at once when no more is.
///
/// A process that is killed may have accepted lines that it had not printed, and who feeds it again
/// from the last printed line on repeats them: so there are never more than [#UNPRINTED_MAX].
final class AcceptedLines {

    /// Handed in and not printed yet. A reader who does not read holds up the input.
    static final int UNPRINTED_MAX = 1_000;

    private static final int PIECE_LINES = 250;
    private static final Duration LONG = Duration.ofDays(365);

    /// Stands behind the last line.
    private static final Object END = new Object();

    private final PrintWriter out;
    private final Semaphore room = new Semaphore(UNPRINTED_MAX);
    private final BlockingQueue<Object> waiting = new ArrayBlockingQueue<>(UNPRINTED_MAX + 1);
    private final Thread thread = Thread.ofPlatform().name("caddis-accepted").unstarted(this::run);
    private final StringBuilder piece = new StringBuilder();
    private int pieceLines;
    private long printed; // the thread's, until it has ended
    private @Nullable MqttException failure; // as `printed`

    AcceptedLines(PrintWriter out) {
        this.out = out;
    }

    void start() {
        thread.start();
    }

    /// Waits until one more line may be handed in.
    void awaitRoom() throws InterruptedException {
        room.acquire();
    }

    /// The message of the next line was handed in, for which there was room.
    void add(Receipt receipt) {
        waiting.add(receipt);
    }

    /// Waits until all that was added is printed, or will never be.
    ///
    /// @return how many were accepted
    /// @throws MqttException why the next one was not
    long finish() throws InterruptedException {
        waiting.put(END);
        thread.join();
        if (failure != null) {
            throw failure;
        }
        return printed;
    }

    private void run() {
        try {
            while (next() instanceof Receipt receipt) {
                if (failure == null) {
                    print(receipt);
                } else {
                    room.release();
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            flush();
        }
    }

    private Object next() throws InterruptedException {
        Object ready = waiting.poll();
        if (ready != null) {
            return ready;
        }
        flush();
        return waiting.take();
    }

    private void print(Receipt receipt) {
        try {
            if (!receipt.isAccepted()) {
                flush();
                receipt.awaitAccepted(LONG);
            }
            piece.append("accepted ").append(++printed).append('\n');
            if (++pieceLines == PIECE_LINES) {
                flush();
            }
        } catch (MqttException ended) {
            failure = ended;
            room.release();
        }
    }

    private void flush() {
        if (!piece.isEmpty()) {
            out.print(piece);
            piece.setLength(0);
        }
        out.flush();
        room.release(pieceLines);
        pieceLines = 0;
    }
}
