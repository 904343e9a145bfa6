package dev.caddis.agent;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/// Tells a file from the one that was there before, without reading it: also where it was replaced
/// by one with the same time.
///
/// @param id of the file in its file system; `null` where that has none
public record FileStamp(FileTime modified, long bytes, @Nullable Object id) {

    /// Of the file that is there now.
    ///
    /// @throws IOException when there is none
    public static FileStamp of(Path file) throws IOException {
        var now = Files.readAttributes(file, BasicFileAttributes.class);
        return new FileStamp(now.lastModifiedTime(), now.size(), now.fileKey());
    }
}
