package dev.caddis.mqtt.store;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Another disk as it would be: a file that is deleted or renamed here is gone, or has its new
/// name, for who looks through this; the disk itself is only read. So recovery can be tried on a
/// journal that somebody else has.
///
/// One thread at a time uses it.
final class UntouchedDisk implements Disk {

    private final Disk disk;
    private final Map<String, Optional<String>> names = new HashMap<>(); // to the name on the disk

    UntouchedDisk(Disk disk) {
        this.disk = disk;
    }

    @Override
    public String name() {
        return disk.name();
    }

    @Override
    public List<String> names() throws IOException {
        List<String> present = new ArrayList<>(disk.names());
        present.removeAll(names.keySet());
        names.forEach((name, on) -> on.ifPresent(there -> present.add(name)));
        return present;
    }

    @Override
    public Reader open(String name) throws IOException {
        return disk.open(onDisk(name));
    }

    private String onDisk(String name) throws NoSuchFileException {
        return names.getOrDefault(name, Optional.of(name))
                .orElseThrow(() -> new NoSuchFileException(name));
    }

    @Override
    public void delete(String name) {
        names.put(name, Optional.empty());
    }

    @Override
    public void rename(String from, String to) throws IOException {
        String there = onDisk(from);
        names.put(from, Optional.empty());
        names.put(to, Optional.of(there));
    }

    @Override
    public long room() throws IOException {
        return disk.room();
    }

    @Override
    public Writer create(String name) {
        throw new UnsupportedOperationException(name + ": this disk is only read");
    }

    @Override
    public void force(String name) {}

    @Override
    public void forceNames() {}

    @Override
    public void close() throws IOException {
        disk.close();
    }
}
