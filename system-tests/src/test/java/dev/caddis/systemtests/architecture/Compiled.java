package dev.caddis.systemtests.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;

import dev.caddis.agent.source.Source;
import dev.caddis.mqtt.MqttClient;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;

/// The compiled classes of the released modules, from wherever the build put them: folder or jar.
final class Compiled {

    static final JavaClasses CLIENT = classesBeside(MqttClient.class);
    static final JavaClasses AGENT = classesBeside(Source.class);

    private Compiled() {}

    private static JavaClasses classesBeside(Class<?> one) {
        return new ClassFileImporter().importUrl(placeOf(one));
    }

    private static URL placeOf(Class<?> one) {
        return one.getProtectionDomain().getCodeSource().getLocation();
    }

    /// `module-info` of the client, as compiled.
    static ModuleDescriptor clientModule() throws URISyntaxException {
        return ModuleFinder.of(Path.of(placeOf(MqttClient.class).toURI()))
                .find("dev.caddis.mqtt")
                .orElseThrow(() -> new AssertionError("no module dev.caddis.mqtt in the client"))
                .descriptor();
    }

    /// The packages that everybody may use.
    static Set<String> exportedPackages() throws URISyntaxException {
        return clientModule().exports().stream()
                .filter(export -> !export.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toUnmodifiableSet());
    }
}
