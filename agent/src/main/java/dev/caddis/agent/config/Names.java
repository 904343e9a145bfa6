package dev.caddis.agent.config;

import java.nio.file.Path;

/// What `${...}` may name while a value is read: it grows as the certificate and then the device id
/// become known.
///
/// @param folder the configuration file's: relative paths begin here
record Names(Environment environment, Path folder, Lookup commonName, Lookup deviceId) {

    /// One name that may not have a value (yet).
    @FunctionalInterface
    interface Lookup {
        String get() throws Refused;
    }

    Names withCommonName(Lookup lookup) {
        return new Names(environment, folder, lookup, deviceId);
    }

    Names withDeviceId(Lookup lookup) {
        return new Names(environment, folder, commonName, lookup);
    }
}
