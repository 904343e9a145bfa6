package dev.caddis.systemtests.crash;

import dev.caddis.demo.Issued;
import dev.caddis.demo.ThrowAwayPki;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Damages copies of one session folder in every way that `docs/operate.md` lists, has each drained
/// to a Mosquitto of its own, and compares what an observer received with what the files still
/// held.
public final class DamagedJournals {

    private static final int WAITING = 4_000;
    private static final int LATER = 200;
    private static final int RESTARTS = 3;

    private final Path folder;
    private final CaddisPub away; // from every broker
    private final Issued server;
    private final SeedSession seed;

    private DamagedJournals(Path folder, CaddisPub away, Issued server, SeedSession seed) {
        this.folder = folder;
        this.away = away;
        this.server = server;
        this.seed = seed;
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 1) {
            System.err.println(
                    "usage: DamagedJournals FOLDER [CASE...]; what is put into FOLDER, private keys"
                            + " among it, stays there");
            System.exit(2);
        }
        Path folder = Files.createDirectories(Path.of(arguments[0]).toAbsolutePath());
        ThrowAwayPki pki = ThrowAwayPki.create(folder.resolve("pki"));
        var away =
                new CaddisPub(
                        deadPort(), pki, pki.issueDevice("pump-17"), folder.resolve("session"));
        Issued server = pki.issueServer();
        SeedSession seed = SeedSession.make(away, WAITING, server, folder.resolve("pub.err"));
        if (SessionJournal.in(seed.folder()).lines().size() != seed.lines()) {
            throw new IllegalStateException(
                    "the files are not as docs/reference/journal-format.md has them");
        }
        var journals = new DamagedJournals(folder, away, server, seed);
        System.out.printf(
                Locale.ROOT,
                "the session: %d lines accepted, the first half at QoS 1, in %d files%n",
                seed.lines(),
                SessionJournal.in(seed.folder()).segments().size());
        List<String> wanted = Arrays.asList(arguments).subList(1, arguments.length);
        System.exit(journals.all(wanted) ? 0 : 1);
    }

    private static int deadPort() throws IOException {
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    /// @param wanted names of cases; empty: all
    private boolean all(List<String> wanted) throws Exception {
        boolean mounts = Mount.isPossible(folder.resolve("mounted"));
        boolean good = true;
        for (Damage damage : Damage.values()) {
            if (isWanted(wanted, damage.name())) {
                good &= damaged(damage);
            }
        }
        if (isWanted(wanted, "RESURRECTED")) {
            good &= resurrected();
        }
        for (Obstacle obstacle : Obstacle.values()) {
            if (isWanted(wanted, obstacle.name())) {
                boolean possible = mounts || !obstacle.needsMount();
                good &= possible ? refused(obstacle) : skip(obstacle.what());
            }
        }
        if (isWanted(wanted, "FULL_DISK")) {
            good &= mounts ? FullDisk.run(folder.resolve("full"), away, server) : skip("full disk");
        }
        if (isWanted(wanted, "FAILED_FORCE")) {
            good &= FailedForce.run(at("FAILED_FORCE"), server, seed, folder);
        }
        return good;
    }

    private static boolean isWanted(List<String> wanted, String name) {
        return wanted.isEmpty() || wanted.contains(name);
    }

    private static boolean skip(String what) {
        System.out.println("skip " + what + ": this user may not mount a disk; run it as root");
        return true;
    }

    private CaddisPub at(String name) throws IOException {
        return away.in(seed.copy(folder.resolve(name.toLowerCase(Locale.ROOT))));
    }

    private Drained drain(CaddisPub pub, int expected) throws Exception {
        String name = pub.session().getFileName() + "-drain";
        return Drained.of(pub, server, folder.resolve(name), expected);
    }

    private boolean damaged(Damage damage) throws Exception {
        CaddisPub pub = at(damage.name());
        Set<Integer> before = SessionJournal.in(pub.session()).lines();
        Damage.Harm harm = damage.apply(SessionJournal.in(pub.session()));
        Map<Path, byte[]> aside = new HashMap<>();
        for (Path file : harm.setAside()) {
            aside.put(file, Files.readAllBytes(file));
        }
        Drained drained = drain(pub, harm.intact().size());

        var findings = new Findings();
        int lost = before.size() - harm.intact().size();
        findings.require(before.size() == seed.lines(), before.size() + " lines in the folder");
        findings.requireDelivered(
                drained, harm.intact(), harm.counted(before), harm.sessionHolds(), seed);
        for (Path file : harm.setAside()) {
            Path now = file.resolveSibling(Findings.name(file) + ".damaged");
            findings.requireTold(drained.told(), Findings.name(now));
            findings.require(
                    Files.exists(now) && Arrays.equals(aside.get(file), Files.readAllBytes(now)),
                    now + " is not there with the bytes it had");
        }
        for (Path file : harm.gone()) {
            findings.requireTold(drained.told(), Findings.name(file));
        }
        findings.require(
                damagedFiles(pub.session()) == harm.setAside().size(),
                damagedFiles(pub.session()) + " files are set aside");
        findings.require(
                !harm.setAside().isEmpty()
                        || !harm.gone().isEmpty()
                        || !drained.told().contains("damaged"),
                "told: " + drained.told());
        return findings.report(
                damage.what(),
                "%d intact lines, %d arrived; %d lost, %d counted; told and kept: %s"
                        .formatted(
                                harm.intact().size(),
                                drained.lines().size(),
                                lost,
                                drained.dropped(),
                                Stream.concat(harm.setAside().stream(), harm.gone().stream())
                                        .map(Findings::name)
                                        .toList()));
    }

    private static long damagedFiles(Path session) throws IOException {
        try (Stream<Path> files = Files.list(session)) {
            return files.filter(file -> file.toString().endsWith(".damaged")).count();
        }
    }

    /// Files whose messages are all acknowledged come back, as after a power cut that undid their
    /// deletion.
    private boolean resurrected() throws Exception {
        CaddisPub pub = at("RESURRECTED");
        Set<Integer> all = SessionJournal.in(pub.session()).lines();
        Drained first = drain(pub, all.size());
        for (int i = 0;
                i < RESTARTS;
                i++) { // a file is deleted when two checkpoints came behind it
            Drained.run(pub.drain(), folder.resolve("idle.out"), folder.resolve("idle.err"));
        }
        SeedSession.feed(pub, 2, seed.lines() + 1, seed.lines() + LATER, folder.resolve("pub.err"));
        List<Path> back = new ArrayList<>();
        for (Path old : SessionJournal.in(seed.folder()).segments()) {
            Path again = pub.session().resolve(Findings.name(old));
            if (!Files.exists(again)) {
                Files.copy(old, again);
                back.add(again);
            }
        }
        Set<Integer> waiting = new HashSet<>();
        for (int line = seed.lines() + 1; line <= seed.lines() + LATER; line++) {
            waiting.add(line);
        }
        Drained second =
                Drained.of(pub, server, folder.resolve("resurrected-again"), waiting.size());

        var findings = new Findings();
        findings.requireDelivered(first, all, 0, true, seed);
        findings.requireDelivered(second, waiting, 0, true, seed);
        findings.require(back.size() >= 3, "only " + back.size() + " files had been deleted");
        findings.require(!second.told().contains("damaged"), "told: " + second.told());
        for (Path file : back) {
            findings.require(!Files.exists(file), file + " was not deleted again");
        }
        return findings.report(
                "resurrected segment",
                "%d deleted files were there again; %d lines waited, %d arrived, of the old ones none"
                        .formatted(back.size(), waiting.size(), second.lines().size()));
    }

    private boolean refused(Obstacle obstacle) throws Exception {
        CaddisPub pub = at(obstacle.name());
        Set<Integer> all = SessionJournal.in(pub.session()).lines();
        var findings = new Findings();
        Path err = folder.resolve(obstacle.name() + ".err");
        AutoCloseable present = obstacle.in(pub);
        try {
            Map<String, Integer> before = contents(pub.session());
            int status = Drained.run(pub.drain(), folder.resolve("refused.out"), err);
            findings.require(status == 1, "exit code " + status);
            String said = Files.readString(err);
            for (String part : obstacle.sentence()) {
                findings.require(said.contains(part), "it does not say \"" + part + "\": " + said);
            }
            findings.require(said.contains(pub.session().toString()), "no folder: " + said);
            findings.require(contents(pub.session()).equals(before), "the folder was changed");
        } finally {
            present.close();
        }
        Drained drained = drain(pub, all.size());
        findings.requireDelivered(drained, all, 0, true, seed);
        return findings.report(
                obstacle.what(),
                "refused, nothing touched; afterwards %d of %d lines arrived. It says: %s"
                        .formatted(
                                drained.lines().size(),
                                all.size(),
                                Files.readString(err).lines().findFirst().orElse("nothing")));
    }

    private static Map<String, Integer> contents(Path session) throws IOException {
        Map<String, Integer> contents = new TreeMap<>();
        try (Stream<Path> files = Files.list(session)) {
            for (Path file : files.toList()) {
                contents.put(Findings.name(file), Arrays.hashCode(Files.readAllBytes(file)));
            }
        }
        return contents;
    }
}
