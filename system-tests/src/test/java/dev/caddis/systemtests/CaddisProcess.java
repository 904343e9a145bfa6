package dev.caddis.systemtests;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How to start `caddis` as a process of its own, from the class path of the tests.
final class CaddisProcess {

    private CaddisProcess() {}

    /// The command line. Needs `env` of GNU coreutils: a shell may have made this process deaf to
    /// SIGINT, which children inherit.
    ///
    /// @param javaOptions for its JVM
    /// @param more folders behind the class path
    static List<String> command(List<String> javaOptions, List<Path> more, List<String> arguments) {
        var classPath = new StringBuilder(System.getProperty("java.class.path"));
        more.forEach(each -> classPath.append(File.pathSeparatorChar).append(each));
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT,TERM", java));
        command.addAll(javaOptions);
        command.addAll(List.of("-cp", classPath.toString(), "dev.caddis.agent.cli.Main"));
        command.addAll(arguments);
        return command;
    }
}
