package dev.caddis.systemtests.interop;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;

/// How a broker's program is started.
///
/// @param port where it will listen
/// @param environment added to ours
/// @param ready part of the line it prints once it takes connections
/// @param version expression that finds the version, as its first group, in what it prints
record Recipe(
        int port,
        List<String> command,
        Map<String, String> environment,
        String ready,
        String version) {
    Recipe {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    static int freePort() throws IOException {
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }
}
