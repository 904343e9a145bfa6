package dev.caddis.systemtests.ways;

import dev.caddis.demo.Issued;
import dev.caddis.demo.ThrowAwayPki;
import dev.caddis.mqtt.identity.ClientIdentity;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// One session that takes many ways: the same broker by TLS, WebSocket, HTTP proxy and SOCKS5; the
/// nodes of a cluster; brokers that are strangers. What arrives is counted by the HiveMQ client.
public final class WaysOut {

    /// What a part found out.
    ///
    /// @param good whether every promise was kept
    /// @param figure says it in one line
    record Result(boolean good, String figure) {}

    /// What all parts need.
    record Ground(ThrowAwayPki pki, Issued server, Issued device, Path folder, int messages) {

        ClientIdentity identity() {
            return ClientIdentity.pem(pki.ca(), device.certificate(), device.key());
        }
    }

    private interface Part {
        Result on(Ground ground) throws Exception;
    }

    private WaysOut() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 2) {
            System.err.println(
                    "usage: WaysOut MESSAGES FOLDER, the messages of each way; what is put into"
                            + " FOLDER, private keys among it, stays there");
            System.exit(2);
        }
        Path folder = Path.of(arguments[1]);
        ThrowAwayPki pki = ThrowAwayPki.create(folder.resolve("pki"));
        var ground =
                new Ground(
                        pki,
                        pki.issueServer(),
                        pki.issueDevice("pump-17"),
                        folder,
                        Integer.parseInt(arguments[0]));
        boolean good = true;
        List<String> figures = new ArrayList<>();
        for (Part part : List.<Part>of(OneBroker::run, Cluster::run, Strangers::run)) {
            Result result = part.on(ground);
            System.out.println((result.good() ? "ok: " : "WRONG: ") + result.figure());
            good &= result.good();
            figures.add(result.figure());
        }
        System.out.println("RESULT " + String.join("; ", figures));
        System.exit(good ? 0 : 1);
    }
}
