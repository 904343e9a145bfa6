package dev.caddis.agent.identity;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// How the device's certificate is renewed.
///
/// @param command a program and its arguments; no shell reads them
/// @param before how long before the certificate ends it is run
/// @param folder where it is run
public record RenewSettings(List<String> command, Duration before, Path folder) {

    public RenewSettings {
        command = List.copyOf(command);
    }
}
