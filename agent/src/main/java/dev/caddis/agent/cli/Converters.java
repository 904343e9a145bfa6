package dev.caddis.agent.cli;

import dev.caddis.agent.config.Durations;
import dev.caddis.agent.config.SessionSettings.MqttVersion;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.TopicFilter;
import dev.caddis.mqtt.packet.TopicName;

import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import java.time.Duration;
import java.util.function.Function;

/// How the words of a command line become values; each refusal says what to write.
final class Converters {

    private Converters() {}

    static void register(CommandLine line) {
        line.registerConverter(Duration.class, refusing(Durations::parse));
        line.registerConverter(TopicName.class, refusing(TopicName::new));
        line.registerConverter(TopicFilter.class, refusing(TopicFilter::new));
        line.registerConverter(Qos.class, Converters::qos);
        line.registerConverter(MqttVersion.class, Converters::version);
    }

    private static <T> ITypeConverter<T> refusing(Function<String, T> parser) {
        return text -> {
            try {
                return parser.apply(text);
            } catch (IllegalArgumentException wrong) {
                throw new TypeConversionException(String.valueOf(wrong.getMessage()));
            }
        };
    }

    private static Qos qos(String text) {
        return switch (text) {
            case "0" -> Qos.AT_MOST_ONCE;
            case "1" -> Qos.AT_LEAST_ONCE;
            case "2" -> Qos.EXACTLY_ONCE;
            default ->
                    throw new TypeConversionException(
                            "\"" + text + "\" is not a QoS; write 0, 1 or 2");
        };
    }

    private static MqttVersion version(String text) {
        return switch (text) {
            case "auto" -> MqttVersion.AUTO;
            case "5" -> MqttVersion.V5;
            case "3.1.1" -> MqttVersion.V3_1_1;
            default ->
                    throw new TypeConversionException(
                            "\"" + text + "\" is not a version of MQTT; write 5, 3.1.1 or auto");
        };
    }
}
