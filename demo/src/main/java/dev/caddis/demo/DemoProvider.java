package dev.caddis.demo;

import dev.caddis.agent.cli.CommandProvider;

/// Brings `caddis demo` to the command line.
public final class DemoProvider implements CommandProvider {

    @Override
    public Object command() {
        return new DemoCommand();
    }
}
