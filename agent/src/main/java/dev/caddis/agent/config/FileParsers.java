package dev.caddis.agent.config;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/// Files and folders the configuration names; a relative path begins at the configuration file's
/// folder.
record FileParsers(Path folder) {

    private static final Set<PosixFilePermission> OF_OTHERS =
            Set.of(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);

    static final String OWN_IT = "let the agent's user own it: chown USER ";

    private static final int DER_SEQUENCE = 0x30;
    private static final int DER_INTEGER = 0x02;
    private static final int DER_LENGTH_FOLLOWS = 0x80; // in so many bytes

    /// A file without secrets that this process can read.
    Parser<Path> file() {
        return text -> readable(text, "let everybody read it: chmod 644 ");
    }

    /// @param remedy for one that this process may not read; the path follows
    private Path readable(String text, String remedy) throws Refused {
        Path path = path(text);
        if (Files.isDirectory(path)) {
            throw Refused.value("is a directory", "name a file in it");
        }
        if (!Files.exists(path)) {
            throw Refused.value(
                    "does not exist",
                    "correct the path, looked for as "
                            + path
                            + " (relative paths begin at this file's folder)");
        }
        if (SmallFile.isSpecial(path)) {
            throw Refused.value(
                    "is not a regular file",
                    "name one, since it is read again at every connection");
        }
        if (!Files.isReadable(path)) {
            throw Refused.value("may not be read by this user", remedy + path);
        }
        return path;
    }

    /// A file this process can read, and not the key by mistake.
    Parser<Path> certificateFile() {
        return text -> {
            Path path = file().parse(text);
            if (PemKind.of(path) == PemKind.PRIVATE_KEY) {
                throw Refused.value(
                        "holds a private key and not a certificate", "swapped with the key?");
            }
            return path;
        };
    }

    /// A file this process can read and strangers cannot, and not the certificate by mistake.
    Parser<Path> keyFile(boolean mayBeReadable) {
        return text -> {
            Path path = readable(text, OWN_IT);
            if (PemKind.of(path) == PemKind.CERTIFICATE) {
                throw Refused.value(
                        "holds a certificate and not a private key",
                        "swapped with the certificate?");
            }
            return mayBeReadable ? path : closed(path);
        };
    }

    /// A file this process can read, and strangers cannot where it begins like PKCS#12; of any
    /// other, whoever loads it will say what it is.
    Parser<Path> storeFile(boolean mayBeReadable) {
        return text -> {
            Path path = readable(text, OWN_IT);
            return !mayBeReadable && beginsLikePkcs12(path) ? closed(path) : path;
        };
    }

    /// Whether `path` begins with a sequence whose first element is a number: in DER, PKCS#12 and
    /// private keys do, certificates do not.
    private static boolean beginsLikePkcs12(Path path) throws Refused {
        try (InputStream in = Files.newInputStream(path)) {
            if (in.read() != DER_SEQUENCE) {
                return false;
            }
            int length = in.read();
            in.skipNBytes(length > DER_LENGTH_FOLLOWS ? length - DER_LENGTH_FOLLOWS : 0);
            return in.read() == DER_INTEGER;
        } catch (EOFException tooShort) {
            return false;
        } catch (IOException unreadable) {
            throw Refused.value(
                    SmallFile.reason(unreadable), "make it readable for the agent's user");
        }
    }

    private static Path closed(Path path) throws Refused {
        if (isOpenToOthers(path)) {
            throw Refused.value(
                    "is a private key that every user may read or replace",
                    "run: chmod 600 " + path);
        }
        return path;
    }

    /// A folder that this process can write to, or make.
    Parser<Path> folderToWrite() {
        return text -> {
            Path path = path(text);
            if (Files.exists(path) && !Files.isDirectory(path)) {
                throw Refused.value("is a file", "name a folder");
            }
            if (!StoreReader.canBeWritten(path)) {
                throw Refused.value("may not be written to by this user", OWN_IT + path);
            }
            return path;
        };
    }

    Parser<Path> folderThatExists() {
        return text -> {
            Path path = path(text);
            if (!Files.isDirectory(path)) {
                throw Refused.value(
                        "is not a directory", "name one that exists, or remove the key");
            }
            return path;
        };
    }

    /// Whether users outside the file's group may read or write it; false where a file system knows
    /// no such thing.
    static boolean isOpenToOthers(Path path) throws Refused {
        var view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        if (view == null) {
            return false;
        }
        try {
            return view.readAttributes().permissions().stream().anyMatch(OF_OTHERS::contains);
        } catch (IOException unreadable) {
            throw Refused.value(
                    SmallFile.reason(unreadable), "make it readable for the agent's user");
        }
    }

    private Path path(String text) throws Refused {
        if (text.isBlank()) {
            throw Refused.plainly("is empty", "write a path, or remove the key");
        }
        try {
            return folder.resolve(text).normalize();
        } catch (InvalidPathException impossible) {
            throw Refused.value(SmallFile.reason(impossible), "write the path of a file");
        }
    }
}
