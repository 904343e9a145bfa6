package dev.caddis.agent.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// What a PEM file holds, judged by the first lines of its blocks alone.
enum PemKind {
    CERTIFICATE,
    PRIVATE_KEY,
    /// Both, neither, or not to be read: whoever loads the file will say more.
    OTHER;

    /// More than a chain of certificates needs.
    private static final int BYTES_MAX = 1 << 20;

    static PemKind of(Path file) {
        String text;
        try (InputStream in = Files.newInputStream(file)) {
            text = new String(in.readNBytes(BYTES_MAX), StandardCharsets.ISO_8859_1);
        } catch (IOException unreadable) {
            return OTHER;
        }
        boolean key = text.contains("PRIVATE KEY-----");
        boolean certificate = text.contains("-----BEGIN CERTIFICATE-----");
        if (key == certificate) {
            return OTHER;
        }
        return key ? PRIVATE_KEY : CERTIFICATE;
    }
}
