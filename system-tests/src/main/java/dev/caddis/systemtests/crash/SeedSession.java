package dev.caddis.systemtests.crash;

import dev.caddis.demo.Issued;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.testkit.BrokerConnection;
import dev.caddis.testkit.Packets;
import dev.caddis.testkit.ScriptedBroker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.stream.Stream;

import javax.net.ssl.SSLContext;

/// A session folder as a device leaves it whose broker was away: thousands of lines that wait, of
/// QoS 1 and 2, over several files, and some on their way to a broker that never answered. Each
/// process that made it was killed.
///
/// @param lines 1 to this one were accepted; the first half of `waiting` at QoS 1
record SeedSession(Path folder, int lines, int waiting) {

    static final String TOPIC = "damaged/lines";
    private static final String PADDING = " " + ".".repeat(6_000);
    private static final int ON_THEIR_WAY = 40;
    private static final int AFTERWARDS = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// @param pub its port is that of a broker that is away
    static SeedSession make(CaddisPub pub, int waiting, Issued server, Path errors)
            throws IOException, InterruptedException, GeneralSecurityException {
        feed(pub, 1, 1, waiting / 2, errors);
        feed(pub, 2, waiting / 2 + 1, waiting, errors);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(server.keys().getKeyManagers(), null, null);
        try (ScriptedBroker mute = ScriptedBroker.listen(tls).within(PATIENCE)) {
            var late = new CaddisPub(mute.port(), pub.pki(), pub.device(), pub.session());
            PubProcess process =
                    fed(
                            late,
                            2,
                            waiting + 1,
                            waiting + AFTERWARDS,
                            errors); // that is read meanwhile
            BrokerConnection connection = mute.accept();
            connection.welcome(Packets.accepting().receiveMaximum(ON_THEIR_WAY).build());
            for (int i = 0; i < ON_THEIR_WAY; i++) {
                connection.expect(Publish.class);
            }
            process.awaitAccepted(waiting + AFTERWARDS, PATIENCE.toMillis());
            process.kill();
            require(process, waiting + AFTERWARDS);
        }
        return new SeedSession(pub.session(), waiting + AFTERWARDS, waiting);
    }

    /// Has more lines accepted while the broker is away, and kills the process.
    static void feed(CaddisPub pub, int qos, int first, int last, Path errors)
            throws IOException, InterruptedException {
        PubProcess process = fed(pub, qos, first, last, errors);
        process.awaitAccepted(last, PATIENCE.toMillis());
        process.kill();
        require(process, last);
    }

    private static PubProcess fed(CaddisPub pub, int qos, int first, int last, Path errors)
            throws IOException {
        return new PubProcess(pub.command(TOPIC, qos), first, last, PADDING, 0, errors);
    }

    private static void require(PubProcess process, int last) {
        if (process.accepted() < last) {
            throw new IllegalStateException(
                    "only " + process.accepted() + " of " + last + " lines were accepted");
        }
    }

    /// Whether a line was published at QoS 2.
    boolean isExactlyOnce(int line) {
        return line > waiting / 2;
    }

    /// @return a folder with the same files
    Path copy(Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(folder)) {
            files.forEach(file -> {
                try {
                    Files.copy(file, to.resolve(file.getFileName()));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        return to;
    }
}
