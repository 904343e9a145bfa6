package dev.caddis.agent.cli;

import dev.caddis.agent.Version;

import picocli.CommandLine.IVersionProvider;

/// What `caddis --version` prints.
final class VersionProvider implements IVersionProvider {

    @Override
    public String[] getVersion() {
        return new String[] {"caddis " + Version.text() + ", Java " + Runtime.version().feature()};
    }
}
