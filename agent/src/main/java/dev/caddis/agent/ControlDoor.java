package dev.caddis.agent;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Answers the commands that come to a running agent, each on a thread of its own: one that is
/// silent holds up no other, and is hung up on.
final class ControlDoor implements AutoCloseable {

    static final String PURGE = "purge";
    static final String PURGING = "purging";
    static final String PURGED = "purged ";
    static final String STATUS = "status";
    static final String ERROR = "error ";

    private static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);

    /// From the connect to the end of what is asked.
    private static final Duration ASKS = Duration.ofSeconds(10);

    /// After an accept that failed, as where the process has no more file descriptors.
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /// Gives the next command.
    @FunctionalInterface
    interface Commands {
        /// @throws ClosedChannelException when no more come
        /// @throws IOException when this time it failed
        SocketChannel accept() throws IOException;
    }

    private final Commands commands;
    private final LongSupplier purge;
    private final Supplier<String> status;
    private final Duration asks;
    private final Duration pause;
    private final CountDownLatch closed = new CountDownLatch(1);

    private ControlDoor(
            Commands commands,
            LongSupplier purge,
            Supplier<String> status,
            Duration asks,
            Duration pause) {
        this.commands = commands;
        this.purge = purge;
        this.status = status;
        this.asks = asks;
        this.pause = pause;
    }

    /// @param status one line
    static ControlDoor open(Commands commands, LongSupplier purge, Supplier<String> status) {
        return open(commands, purge, status, ASKS, PAUSE);
    }

    /// @param asks within which a command must have asked
    /// @param pause after an accept that failed
    static ControlDoor open(
            Commands commands,
            LongSupplier purge,
            Supplier<String> status,
            Duration asks,
            Duration pause) {
        var door = new ControlDoor(commands, purge, status, asks, pause);
        Thread.ofVirtual().name("caddis-control").start(door::serve);
        return door;
    }

    private void serve() {
        boolean told = false;
        while (closed.getCount() > 0) {
            try {
                SocketChannel command = commands.accept();
                Thread.ofVirtual().name("caddis-control-1").start(() -> answer(command));
                told = false;
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                if (!told) {
                    LOG.warn(
                            "commands cannot reach this agent for the time being: {}",
                            e.toString());
                    told = true;
                }
                if (isClosedAfterPause()) {
                    return;
                }
            }
        }
    }

    private boolean isClosedAfterPause() {
        try {
            return closed.await(pause.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) { // nobody does
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private void answer(SocketChannel command) {
        try (command) {
            var line = new ControlLine(command);
            String asked;
            try (var _ = line.within(asks)) {
                asked = line.read();
            }
            if (asked.equals(PURGE)) {
                line.write(PURGING);
                line.write(purged());
            } else if (asked.equals(STATUS)) {
                try (var _ = line.within(asks)) {
                    line.write(told());
                }
            } else {
                line.write(ERROR + "unknown command " + OneLine.text(asked));
            }
        } catch (IOException e) {
            LOG.debug("a command went away: {}", e.toString());
        }
    }

    private String told() {
        try {
            return status.get();
        } catch (RuntimeException e) {
            return ERROR + OneLine.text(String.valueOf(e.getMessage()));
        }
    }

    private String purged() {
        try {
            return PURGED + purge.getAsLong();
        } catch (RuntimeException e) {
            return ERROR + OneLine.text(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
