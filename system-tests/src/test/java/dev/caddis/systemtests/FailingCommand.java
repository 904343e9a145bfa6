package dev.caddis.systemtests;

import dev.caddis.agent.cli.CommandProvider;

import picocli.CommandLine.Command;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/// A command that leaves a thread behind and ends with an Error; found by a child process alone.
public final class FailingCommand implements CommandProvider {

    @Override
    public Object command() {
        return new Explode();
    }

    @Command(name = "explode")
    private static final class Explode implements Callable<Integer> {
        @Override
        public Integer call() {
            Thread.ofPlatform()
                    .start(() -> {
                        try {
                            new CountDownLatch(1).await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    });
            throw new NoClassDefFoundError("gone");
        }
    }
}
