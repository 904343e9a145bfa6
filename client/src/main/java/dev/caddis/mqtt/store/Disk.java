package dev.caddis.mqtt.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/// One folder of files: the only door of a journal to the disk.
///
/// What was written is certain to survive a power cut once it was forced: the bytes of a file by
/// [Writer#force], that a file exists, or is gone, or has another name by [#forceNames].
public interface Disk extends Closeable {

    /// What the folder is called, for sentences.
    String name();

    /// The names of its files, in no order.
    List<String> names() throws IOException;

    /// A new file, to append to.
    ///
    /// @throws java.nio.file.FileAlreadyExistsException when there is one of this name
    Writer create(String name) throws IOException;

    /// A file to read.
    ///
    /// @throws java.nio.file.NoSuchFileException when there is none
    Reader open(String name) throws IOException;

    void delete(String name) throws IOException;

    /// Deletes a file if there is one of this name.
    default void deleteIfThere(String name) throws IOException {
        if (names().contains(name)) {
            delete(name);
        }
    }

    /// Gives a file another name, at once; what had that name is gone.
    void rename(String from, String to) throws IOException;

    /// Makes certain what is in a file, whoever wrote it.
    ///
    /// @throws java.nio.file.NoSuchFileException when there is none of this name
    void force(String name) throws IOException;

    /// Makes certain which files there are.
    void forceNames() throws IOException;

    /// Bytes that can still be written.
    long room() throws IOException;

    /// A file that is appended to. One thread at a time uses it.
    interface Writer extends Closeable {

        /// Appends everything in `bytes`.
        void write(ByteBuffer bytes) throws IOException;

        /// Makes certain what was written. After it threw, what was written since the last time it
        /// returned may be there, wholly or in part, or not.
        void force() throws IOException;
    }

    /// A file that is read. One thread at a time uses it.
    interface Reader extends Closeable {

        long size() throws IOException;

        /// Reads what fits into `bytes` from `position` on.
        ///
        /// @return how many bytes; less than fit only at the end of the file, where it is 0
        int read(ByteBuffer bytes, long position) throws IOException;
    }
}
