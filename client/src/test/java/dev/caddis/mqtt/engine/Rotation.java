package dev.caddis.mqtt.engine;

import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.event.ConnectionFailure.Kind;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.identity.LoadedIdentity;
import dev.caddis.mqtt.identity.Pki;
import dev.caddis.mqtt.identity.Pki.Issued;
import dev.caddis.mqtt.transport.DialException;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// An identity in files that a test changes, what keeps it and watches it, and a world that does as
/// it is told.
final class Rotation implements IdentityWatch.World {

    static final Issued CA = Pki.authority("CN=Test CA");
    static final Duration EVERY = Duration.ofSeconds(5);

    final Path folder;
    final ClientIdentity files;
    final IdentityKeeper keeper;
    final IdentityWatch watch;
    final List<ClientEvent> told = new ArrayList<>();
    final List<String> proven = new ArrayList<>();
    final List<String> moves = new ArrayList<>();
    Instant clock = Instant.now();
    boolean online = true;
    @Nullable Kind refusal;
    private long now = 1;

    Rotation(Path folder, Issued device) {
        this.folder = folder;
        Pki.file(folder, "ca.pem", Pki.pem(CA.certificate()));
        write(device);
        files =
                ClientIdentity.pem(
                        folder.resolve("ca.pem"),
                        folder.resolve("device.pem"),
                        folder.resolve("device.key"));
        keeper = new IdentityKeeper(files);
        watch = new IdentityWatch(files, keeper, this, () -> clock, EVERY, "watch");
    }

    void write(Issued device) {
        writeCertificate(device);
        writeKey(device);
    }

    void writeCertificate(Issued device) {
        Pki.file(folder, "device.pem", Pki.pem(device.certificate()));
    }

    void writeKey(Issued device) {
        Pki.file(folder, "device.key", Pki.pem(device.key()));
    }

    /// Somebody writes half of it.
    void spoil() {
        Pki.file(folder, "device.pem", "-----BEGIN CERTIFICATE-----\nMII");
    }

    /// An attempt, and whose certificate it showed.
    String attempt() throws Exception {
        return keeper.load().commonName().orElseThrow();
    }

    /// An attempt that the broker accepts.
    String connect() throws Exception {
        String name = attempt();
        keeper.accepted();
        return name;
    }

    /// An attempt that ends so.
    ///
    /// @return whether the listeners are to be told that the earlier identity is kept
    boolean fail(Kind kind) throws Exception {
        attempt();
        return keeper.failed(new ConnectionFailure(kind, "it was so"));
    }

    /// Looks as often as the watch asks for, for so long.
    void watchFor(Duration time) throws InterruptedException {
        long end = now + time.toNanos();
        while (now < end) {
            now += watch.look(now).toNanos();
        }
    }

    @Override
    public boolean online() {
        return online;
    }

    @Override
    public void prove(LoadedIdentity identity) throws DialException {
        proven.add(identity.commonName().orElse(""));
        Kind kind = refusal;
        if (kind != null) {
            throw new DialException(new ConnectionFailure(kind, "it was refused"), null);
        }
    }

    @Override
    public void move(String why) {
        moves.add(why);
    }

    @Override
    public void tell(ClientEvent event) {
        told.add(event);
    }
}
