package dev.caddis.testkit;

import dev.caddis.mqtt.store.Disk;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// A disk in memory that forgets what was not forced.
///
/// [#afterPowerCut] gives the disk as the next process finds it: of the bytes behind a file's last
/// force any part may be there, torn, zeroed or not at all, and of the names behind the last
/// [#forceNames] any may be old. [#afterKill] gives it as it is after the end of the process alone.
/// Faults are ordered with [#failAt].
///
/// Any thread may use it.
public final class SimulatedDisk implements Disk {

    private static final int SECTOR = 512;

    /// What an operation fails with.
    public enum Fault {
        /// Nothing is written; the device does not answer (EIO).
        BROKEN,
        /// A part of it is written; there is no room for the rest (ENOSPC).
        FULL,
        /// It is done, and nobody is told: the power goes just behind it.
        DONE
    }

    private interface Operation {
        void run() throws IOException;
    }

    private static final class File {
        byte[] content = new byte[0];
        int length;
        int forced; // bytes that survive a power cut
        int followed; // those of them that were forced before the last ones, or with the first
        int unreadableFrom;
        int unreadableTo;

        void append(ByteBuffer bytes, int count) {
            if (length + count > content.length) {
                content = Arrays.copyOf(content, Math.max(2 * content.length, length + count));
            }
            bytes.get(content, length, count);
            length += count;
        }

        void force() {
            if (forced < length) {
                followed = forced == 0 ? length : forced;
                forced = length;
            }
        }
    }

    private final Map<String, File> files = new TreeMap<>();
    private final Map<String, File> forcedNames = new TreeMap<>();
    private final List<Long> forces = new ArrayList<>();
    private long operations;
    private long failAt = Long.MAX_VALUE;
    private Fault fault = Fault.BROKEN;
    private long capacity = Long.MAX_VALUE;
    private long quota = Long.MAX_VALUE;
    private boolean gone;

    /// An empty disk.
    public SimulatedDisk() {}

    @Override
    public synchronized String name() {
        return "simulated";
    }

    /// Writes and forces so far, names included.
    public synchronized long operations() {
        return operations;
    }

    /// Which of the [#operations] so far were forces, of bytes or names; the first operation is 1.
    public synchronized List<Long> forces() {
        return List.copyOf(forces);
    }

    /// Makes the `operation`-th write or force from the beginning fail, and all behind it.
    public synchronized void failAt(long operation, Fault fault) {
        this.failAt = operation;
        this.fault = fault;
    }

    /// Bytes that all files together may have; without end until this is called.
    public synchronized void capacity(long bytes) {
        this.capacity = bytes;
    }

    /// Bytes that all files together may have, though [#room] does not show it; without end until
    /// this is called.
    public synchronized void quota(long bytes) {
        this.quota = bytes;
    }

    /// Makes the bytes of `name` between `from` and `to` unreadable, by whatever name the file goes
    /// later.
    public synchronized void unreadable(String name, int from, int to) {
        File file = file(name);
        file.unreadableFrom = from;
        file.unreadableTo = to;
    }

    /// Bytes that all files together have.
    public synchronized long used() {
        long used = 0;
        for (File file : files.values()) {
            used += file.length;
        }
        return used;
    }

    private boolean fails() throws IOException {
        requireHere();
        return ++operations >= failAt;
    }

    private void operate(Operation operation) throws IOException {
        boolean fails = fails();
        if (!fails || (operations == failAt && fault == Fault.DONE)) {
            operation.run();
        }
        if (fails) {
            throw failure();
        }
    }

    private void force(Operation operation) throws IOException {
        forces.add(operations + 1);
        operate(operation);
    }

    private void requireHere() throws IOException {
        if (gone) {
            throw new IOException("the process is gone");
        }
    }

    private IOException failure() {
        return new IOException(
                fault == Fault.FULL ? "No space left on device" : "Input/output error");
    }

    /// The disk after the end of the process: all that was written is there, and what was not
    /// forced is not certain yet.
    public synchronized SimulatedDisk afterKill() {
        gone = true;
        SimulatedDisk next = new SimulatedDisk();
        Map<File, File> copies = new HashMap<>();
        files.forEach((name, file) ->
                next.files.put(name, copies.computeIfAbsent(file, SimulatedDisk::asItIs)));
        forcedNames.forEach((name, file) ->
                next.forcedNames.put(name, copies.computeIfAbsent(file, SimulatedDisk::asItIs)));
        next.capacity = capacity;
        next.quota = quota;
        return next;
    }

    /// The disk after a power cut that took all that was not forced.
    public synchronized SimulatedDisk afterPowerCut() {
        gone = true;
        SimulatedDisk next = new SimulatedDisk();
        forcedNames.forEach((name, file) -> next.files.put(name, copy(file, file.forced)));
        next.forcedNames.putAll(next.files);
        next.capacity = capacity;
        return next;
    }

    /// The disk after a power cut: chance says what it took.
    public synchronized SimulatedDisk afterPowerCut(RandomGenerator random) {
        gone = true;
        SimulatedDisk next = new SimulatedDisk();
        Map<String, File> names = new TreeMap<>(random.nextBoolean() ? forcedNames : files);
        for (String name : List.copyOf(names.keySet())) {
            boolean certain = forcedNames.get(name) == files.get(name);
            if (!certain && !forcedNames.containsKey(name) && random.nextBoolean()) {
                names.remove(name); // made, and never there
            }
        }
        forcedNames.forEach((name, file) -> {
            if (!files.containsKey(name) && random.nextBoolean()) {
                names.putIfAbsent(name, file); // deleted, and there again
            }
        });
        forcedNames.forEach((name, file) -> {
            if (files.containsValue(file) && !names.containsValue(file)) {
                names.putIfAbsent(name, file); // renamed: it has the one name or the other
            }
        });
        names.forEach((name, file) -> next.files.put(name, torn(file, random)));
        next.forcedNames.putAll(next.files);
        next.capacity = capacity;
        next.quota = quota;
        return next;
    }

    private static File torn(File file, RandomGenerator random) {
        int unforced = file.length - file.forced;
        boolean hasItsLength = unforced == 0 || random.nextInt(4) == 0; // holes may be in it
        int kept = hasItsLength ? file.length : file.forced + random.nextInt(unforced + 1);
        File torn = copy(file, kept);
        for (int at = file.forced; at < kept; at += SECTOR) {
            int end = Math.min(kept, at + SECTOR);
            switch (random.nextInt(8)) {
                case 0 -> Arrays.fill(torn.content, at, end, (byte) 0);
                case 1 ->
                        torn.content[at + random.nextInt(end - at)] ^=
                                (byte) (1 << random.nextInt(8));
                default -> {}
            }
        }
        return torn;
    }

    private static File asItIs(File file) {
        File copy = copy(file, file.length);
        copy.forced = file.forced;
        return copy;
    }

    private static File copy(File file, int length) {
        File copy = new File();
        copy.content = Arrays.copyOf(file.content, length);
        copy.length = length;
        copy.forced = length;
        copy.followed = Math.min(file.followed, length);
        copy.unreadableFrom = file.unreadableFrom;
        copy.unreadableTo = file.unreadableTo;
        return copy;
    }

    /// Flips one bit of `name`.
    public synchronized void flip(String name, int at, int bit) {
        file(name).content[at] ^= (byte) (1 << bit);
    }

    /// Bytes of `name`.
    public synchronized int size(String name) {
        return file(name).length;
    }

    /// Bytes of `name` that survive a power cut and that something depends on that does so too:
    /// those of the first force, and those that were forced before the last.
    public synchronized int followed(String name) {
        return file(name).followed;
    }

    /// Zeroes the bytes of `name` between `from` and `to`.
    public synchronized void zero(String name, int from, int to) {
        Arrays.fill(file(name).content, from, to, (byte) 0);
    }

    /// What is in `name`.
    public synchronized byte[] content(String name) {
        File file = file(name);
        return Arrays.copyOf(file.content, file.length);
    }

    /// All that is on it now.
    public synchronized SimulatedDisk copy() {
        SimulatedDisk copy = new SimulatedDisk();
        files.forEach((name, file) -> copy.files.put(name, copy(file, file.length)));
        copy.forcedNames.putAll(copy.files);
        return copy;
    }

    /// Makes `name` have `content`.
    public synchronized void put(String name, byte[] content) {
        File file = new File();
        file.append(ByteBuffer.wrap(content), content.length);
        file.forced = content.length;
        files.put(name, file);
        forcedNames.put(name, file);
    }

    /// Makes `name` disappear.
    public synchronized void lose(String name) {
        files.remove(name);
        forcedNames.remove(name);
    }

    /// Cuts `name` to `length` bytes.
    public synchronized void truncate(String name, int length) {
        File file = file(name);
        file.length = length;
        file.forced = Math.min(file.forced, length);
        file.followed = Math.min(file.followed, length);
    }

    private File file(String name) {
        File file = files.get(name);
        if (file == null) {
            throw new IllegalArgumentException("there is no file " + name);
        }
        return file;
    }

    // ---- the disk

    @Override
    public synchronized List<String> names() throws IOException {
        requireHere();
        return new ArrayList<>(files.keySet());
    }

    @Override
    public synchronized Writer create(String name) throws IOException {
        File file = new File();
        operate(() -> {
            if (files.containsKey(name)) {
                throw new FileAlreadyExistsException(name);
            }
            files.put(name, file);
        });
        return new SimulatedWriter(file);
    }

    @Override
    public synchronized Reader open(String name) throws IOException {
        requireHere();
        @Nullable File file = files.get(name);
        if (file == null) {
            throw new NoSuchFileException(name);
        }
        return new SimulatedReader(file);
    }

    @Override
    public synchronized void delete(String name) throws IOException {
        operate(() -> files.remove(name));
    }

    @Override
    public synchronized void rename(String from, String to) throws IOException {
        operate(() -> {
            if (!files.containsKey(from)) {
                throw new NoSuchFileException(from);
            }
            files.put(to, file(from));
            files.remove(from);
        });
    }

    @Override
    public synchronized void force(String name) throws IOException {
        force(() -> {
            @Nullable File file = files.get(name);
            if (file == null) {
                throw new NoSuchFileException(name);
            }
            file.force();
        });
    }

    @Override
    public synchronized void forceNames() throws IOException {
        force(() -> {
            forcedNames.clear();
            forcedNames.putAll(files);
        });
    }

    @Override
    public synchronized long room() throws IOException {
        requireHere();
        return capacity == Long.MAX_VALUE ? capacity : Math.max(0, capacity - used());
    }

    @Override
    public synchronized void close() {
        gone = true;
    }

    private final class SimulatedWriter implements Writer {
        private final File file;

        SimulatedWriter(File file) {
            this.file = file;
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            synchronized (SimulatedDisk.this) {
                if (fails()) {
                    switch (fault) {
                        case FULL -> file.append(bytes, bytes.remaining() / 2);
                        case DONE ->
                                file.append(bytes, operations == failAt ? bytes.remaining() : 0);
                        case BROKEN -> {}
                    }
                    throw failure();
                }
                long most = Math.min(capacity, quota);
                if (most != Long.MAX_VALUE && bytes.remaining() > most - used()) {
                    file.append(bytes, (int) Math.max(0, most - used()));
                    throw new IOException("No space left on device");
                }
                file.append(bytes, bytes.remaining());
            }
        }

        @Override
        public void force() throws IOException {
            synchronized (SimulatedDisk.this) {
                SimulatedDisk.this.force(file::force);
            }
        }

        @Override
        public void close() {}
    }

    private final class SimulatedReader implements Reader {
        private final File file;

        SimulatedReader(File file) {
            this.file = file;
        }

        @Override
        public long size() throws IOException {
            synchronized (SimulatedDisk.this) {
                requireHere();
                return file.length;
            }
        }

        @Override
        public int read(ByteBuffer bytes, long position) throws IOException {
            synchronized (SimulatedDisk.this) {
                requireHere();
                if (position < file.unreadableTo
                        && position + bytes.remaining() > file.unreadableFrom) {
                    throw new IOException("Input/output error");
                }
                int count = (int) Math.max(0, Math.min(bytes.remaining(), file.length - position));
                bytes.put(file.content, (int) Math.min(position, file.length), count);
                return count;
            }
        }

        @Override
        public void close() {}
    }
}
