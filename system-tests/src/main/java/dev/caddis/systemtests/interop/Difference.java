package dev.caddis.systemtests.interop;

import dev.caddis.mqtt.packet.ProtocolVersion;

import java.util.List;
import java.util.Optional;

/// A scenario that a broker does not support, and what it does instead.
///
/// The scenario is tried all the same, and must fail with [#symptom]: when a broker learns it, the
/// test says so. Where it fails only [#sometimes], both are taken.
///
/// @param version in which it differs
/// @param symptom part of how the scenario fails: of the exception, or of what the clients were
///   told
/// @param sometimes whether chance decides, as in a race of the broker with itself
/// @param instead what the broker does, for the table
public record Difference(
        Brand brand,
        Scenario scenario,
        ProtocolVersion version,
        String symptom,
        boolean sometimes,
        String instead) {

    private static final String ALIASES = "bytes from the broker, with aliases allowed";
    private static final String NOBODY = "what both have together";
    private static final String PLAIN_TOPIC = "takes $share for a topic like any other";
    private static final String LOWERED = "but was: AT_LEAST_ONCE";
    private static final String UNANSWERED = "to be acknowledged in vain";
    private static final String TAKEN_OVER =
            "may deliver a message twice, or not at all, when its connection is cut and made anew"
                    + " while the broker works on it";
    private static final String OVERTAKEN =
            "may deliver a new message before those that waited for a returning client";
    private static final String FORGOTTEN = "session present";
    private static final String ONLY_WITH_A_FILTER = "keeps no session without a subscription";

    /// Everything known.
    public static final List<Difference> ALL =
            List.of(
                    in5(Brand.MOSQUITTO, Scenario.ALIASES_IN, ALIASES, "sends each topic in full"),
                    in5(Brand.HIVEMQ, Scenario.ALIASES_IN, ALIASES, "sends each topic in full"),
                    in5(
                            Brand.ARTEMIS,
                            Scenario.WILL,
                            "no message within",
                            "keeps a will without delay until the session ends: give the will a"
                                    + " delay of a second (`willDelay`)"),
                    may3(
                            Brand.ARTEMIS,
                            Scenario.WILL,
                            "expected: \"end\"",
                            "may speak the will of a client that left with DISCONNECT, when it is"
                                    + " busy"),
                    in5(
                            Brand.ARTEMIS,
                            Scenario.OVERLAP,
                            "the following elements were unexpected",
                            "sends a copy for each filter, and each copy names both subscriptions"),
                    in3(
                            Brand.ARTEMIS,
                            Scenario.OVERLAP,
                            "the following elements were unexpected",
                            "sends a copy for each filter"),
                    may5(Brand.ARTEMIS, Scenario.UNFINISHED_QOS_2, "each once", TAKEN_OVER),
                    may3(Brand.ARTEMIS, Scenario.UNFINISHED_QOS_2, "each once", TAKEN_OVER),
                    in3(
                            Brand.MOQUETTE,
                            Scenario.RETAINED,
                            "the flag of a message kept",
                            "delivers a kept message without the retain flag"),
                    in3(
                            Brand.MOQUETTE,
                            Scenario.RETAINED_WILDCARD,
                            "the flag of a message kept",
                            "delivers a kept message without the retain flag"),
                    in3(Brand.MOQUETTE, Scenario.SHARED, NOBODY, PLAIN_TOPIC),
                    in3(
                            Brand.MOQUETTE,
                            Scenario.UNFINISHED_QOS_1,
                            UNANSWERED,
                            "stops answering a client that was cut off with messages in flight"),
                    in3(
                            Brand.MOQUETTE,
                            Scenario.UNFINISHED_QOS_2,
                            UNANSWERED,
                            "stops answering a client that was cut off with messages in flight"),
                    in3(
                            Brand.RABBITMQ,
                            Scenario.QOS_2_OUT,
                            "PUBACK answers QoS 2",
                            "answers QoS 2 with PUBACK, which breaks the protocol: publish at QoS"
                                    + " 1"),
                    in3(Brand.RABBITMQ, Scenario.QOS_2, LOWERED, "grants QoS 1"),
                    in3(Brand.RABBITMQ, Scenario.UNFINISHED_QOS_2, LOWERED, "has no QoS 2"),
                    in3(
                            Brand.RABBITMQ,
                            Scenario.RETAINED_WILDCARD,
                            "no message within",
                            "looks kept messages up by the filter's text, wildcards match none"),
                    in3(Brand.RABBITMQ, Scenario.SHARED, NOBODY, PLAIN_TOPIC),
                    in3(Brand.RABBITMQ, Scenario.BARE_SESSION, FORGOTTEN, ONLY_WITH_A_FILTER),
                    in3(
                            Brand.NATS,
                            Scenario.QOS_2_OUT,
                            "the broker closed it",
                            "closes the connection at a QoS 2 PUBLISH: publish at QoS 1"),
                    in3(Brand.NATS, Scenario.QOS_2, LOWERED, "grants QoS 1"),
                    in3(Brand.NATS, Scenario.UNFINISHED_QOS_2, LOWERED, "has no QoS 2"),
                    in3(Brand.NATS, Scenario.SHARED, NOBODY, PLAIN_TOPIC),
                    in3(
                            Brand.NATS,
                            Scenario.OVERLAP,
                            "the following elements were unexpected",
                            "sends a copy for each filter"),
                    in3(Brand.AEDES, Scenario.SHARED, NOBODY, PLAIN_TOPIC),
                    in3(Brand.AEDES, Scenario.BARE_SESSION, FORGOTTEN, ONLY_WITH_A_FILTER),
                    may3(Brand.AEDES, Scenario.UNFINISHED_QOS_1, "first arrivals", OVERTAKEN),
                    may3(Brand.AEDES, Scenario.UNFINISHED_QOS_2, "each once", OVERTAKEN),
                    in3(
                            Brand.AEDES,
                            Scenario.FOREIGN_CERTIFICATE,
                            "it may have refused our client certificate",
                            "closes without a TLS alert: the error names the certificate as a"
                                    + " guess"));

    private static Difference in5(Brand brand, Scenario scenario, String symptom, String instead) {
        return new Difference(brand, scenario, ProtocolVersion.V5, symptom, false, instead);
    }

    private static Difference in3(Brand brand, Scenario scenario, String symptom, String instead) {
        return new Difference(brand, scenario, ProtocolVersion.V3_1_1, symptom, false, instead);
    }

    private static Difference may5(Brand brand, Scenario scenario, String symptom, String instead) {
        return new Difference(brand, scenario, ProtocolVersion.V5, symptom, true, instead);
    }

    private static Difference may3(Brand brand, Scenario scenario, String symptom, String instead) {
        return new Difference(brand, scenario, ProtocolVersion.V3_1_1, symptom, true, instead);
    }

    public static Optional<Difference> of(Brand brand, Scenario scenario, ProtocolVersion version) {
        return ALL.stream()
                .filter(each -> each.brand == brand && each.scenario == scenario)
                .filter(each -> each.version == version)
                .findFirst();
    }
}
