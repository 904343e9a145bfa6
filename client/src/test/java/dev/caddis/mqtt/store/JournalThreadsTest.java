package dev.caddis.mqtt.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// What a journal's threads meet that no disk is said to do ends none of them in silence.
class JournalThreadsTest {

    private static final long LONG_SECONDS = 60; // nothing takes that long that ends at all

    @TempDir private Path folder;
    private FolderDisk disk;
    private volatile @Nullable Trouble trouble;

    enum Trouble {
        EXCEPTION,
        ERROR;

        private void happen() {
            if (this == EXCEPTION) {
                throw new IllegalStateException("no disk does that");
            }
            throw new OutOfMemoryError("no disk does that");
        }
    }

    private void happen() {
        Trouble present = trouble;
        if (present != null) {
            present.happen();
        }
    }

    @BeforeEach
    void fill() {
        JournalStore store = Journals.open(FolderDisk.open(folder), 0);
        for (int i = 1; i <= 20; i++) {
            Journals.accept(store, new byte[100], null);
        }
        store.close();
        disk = FolderDisk.open(folder);
    }

    /// @param begin makes the store's threads do something
    private void requireFailure(Trouble what, Consumer<JournalStore> begin)
            throws InterruptedException {
        JournalStore store = Journals.open(new Troubled(), 0);
        CountDownLatch woken = new CountDownLatch(1);
        store.onProgress(() -> {
            if (store.failure() != null) {
                woken.countDown();
            }
        });
        trouble = what;
        try {
            begin.accept(store);
            assertThat(woken.await(LONG_SECONDS, TimeUnit.SECONDS)).as("woken").isTrue();
            assertThat(store.failure()).hasMessageContaining("no disk does that");
        } finally {
            trouble = null;
            store.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Trouble.class)
    void the_writer_that_cannot_go_on_fails_the_store_and_wakes_its_owner(Trouble what)
            throws InterruptedException {
        requireFailure(what, store -> Journals.accept(store, new byte[10], null));
    }

    @ParameterizedTest
    @EnumSource(Trouble.class)
    void the_reader_that_cannot_go_on_fails_the_store_and_wakes_its_owner(Trouble what)
            throws InterruptedException {
        requireFailure(
                what, store -> assertThat(store.read(store.recover().cursor(), 10)).isNull());
    }

    @Test
    void a_failed_store_gives_the_folder_back() throws InterruptedException {
        requireFailure(Trouble.EXCEPTION, store -> Journals.accept(store, new byte[10], null));
        JournalStore next = Journals.open(FolderDisk.open(folder), 0);
        assertThat(Journals.waiting(next)).hasSizeGreaterThanOrEqualTo(20);
        next.close();
    }

    /// The folder, with trouble in each write and each read.
    private final class Troubled implements Disk {
        @Override
        public String name() {
            return disk.name();
        }

        @Override
        public List<String> names() throws IOException {
            return disk.names();
        }

        @Override
        public Writer create(String name) throws IOException {
            Writer file = disk.create(name);
            return new Writer() {
                @Override
                public void write(ByteBuffer bytes) throws IOException {
                    happen();
                    file.write(bytes);
                }

                @Override
                public void force() throws IOException {
                    file.force();
                }

                @Override
                public void close() throws IOException {
                    file.close();
                }
            };
        }

        @Override
        public Reader open(String name) throws IOException {
            Reader file = disk.open(name);
            return new Reader() {
                @Override
                public long size() throws IOException {
                    return file.size();
                }

                @Override
                public int read(ByteBuffer bytes, long position) throws IOException {
                    happen();
                    return file.read(bytes, position);
                }

                @Override
                public void close() throws IOException {
                    file.close();
                }
            };
        }

        @Override
        public void delete(String name) throws IOException {
            disk.delete(name);
        }

        @Override
        public void rename(String from, String to) throws IOException {
            disk.rename(from, to);
        }

        @Override
        public void force(String name) throws IOException {
            disk.force(name);
        }

        @Override
        public void forceNames() throws IOException {
            disk.forceNames();
        }

        @Override
        public long room() throws IOException {
            return disk.room();
        }

        @Override
        public void close() throws IOException {
            disk.close();
        }
    }
}
