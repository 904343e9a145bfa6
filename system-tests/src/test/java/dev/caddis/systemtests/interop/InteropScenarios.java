package dev.caddis.systemtests.interop;

import static dev.caddis.mqtt.packet.Qos.AT_LEAST_ONCE;
import static dev.caddis.mqtt.packet.Qos.AT_MOST_ONCE;
import static dev.caddis.mqtt.packet.Qos.EXACTLY_ONCE;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.caddis.mqtt.Acknowledgement;
import dev.caddis.mqtt.Delivery;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.Receipt;
import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.UserProperty;
import dev.caddis.systemtests.CuttingProxy;
import dev.caddis.testkit.RawMqtt;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

/// What is tried with every broker.
abstract class InteropScenarios extends InteropBroker {

    InteropScenarios(Brand brand) {
        super(brand);
    }

    @Test
    void a_client_that_names_no_version_finds_the_one_the_broker_speaks() throws Exception {
        ProtocolVersion best = brand().versions().getFirst();
        attempt(
                Scenario.FALLBACK,
                best,
                rig -> {
                    Device device = rig.openAsItFindsOut("auto");
                    assertThat(device.connected().version()).isEqualTo(best);
                    device.subscribe(rig.name("t"), AT_LEAST_ONCE);
                    device.publish(rig.name("t"), "hello", AT_LEAST_ONCE);
                    assertThat(device.take().text()).isEqualTo("hello");
                });
    }

    @ParameterizedTest
    @MethodSource("versions")
    void a_session_that_ends_with_its_connection_is_not_resumed(ProtocolVersion version)
            throws Exception {
        attempt(
                Scenario.CLEAN_SESSION,
                version,
                rig -> {
                    CuttingProxy proxy = rig.proxy();
                    Device device =
                            rig.open("d", proxy.port(), b -> b.sessionExpiry(Duration.ZERO));
                    ClientEvent.Connected first = device.connected();
                    assertThat(first.version()).isEqualTo(version);
                    assertThat(first.sessionPresent()).isFalse();
                    device.subscribe(rig.name("t"), AT_LEAST_ONCE);
                    proxy.cut();
                    assertThat(device.connected().sessionPresent()).isFalse();
                    device.next(ClientEvent.Subscribed.class); // asked for anew
                    device.publish(rig.name("t"), "hello", AT_LEAST_ONCE);
                    assertThat(device.take().text()).isEqualTo("hello");
                });
    }

    @ParameterizedTest
    @MethodSource("versions")
    void an_empty_client_id_is_accepted(ProtocolVersion version) throws Exception {
        attempt(
                Scenario.EMPTY_CLIENT_ID,
                version,
                rig -> {
                    Device device = rig.open("", b -> b.clientId("").sessionExpiry(Duration.ZERO));
                    device.connected();
                    if (version == ProtocolVersion.V5) {
                        assertThat(device.told())
                                .anyMatch(e -> e instanceof ClientEvent.ClientIdAssigned);
                    }
                });
    }

    @ParameterizedTest
    @MethodSource("versions")
    void a_user_name_and_a_password_are_taken(ProtocolVersion version) throws Exception {
        attempt(
                Scenario.USER_NAME,
                version,
                rig ->
                        rig.open(
                                        "d",
                                        b ->
                                                b.userName("guest")
                                                        .password(() -> "guest".getBytes(UTF_8)))
                                .connected());
    }

    @ParameterizedTest
    @MethodSource("versions")
    void a_certificate_of_a_foreign_authority_is_refused_and_the_error_says_so(
            ProtocolVersion version) throws Exception {
        attempt(
                Scenario.FOREIGN_CERTIFICATE,
                version,
                rig -> {
                    Device device =
                            rig.open("d", b -> b.identity(rig.papers().strangersIdentity()));
                    ConnectionFailure reason =
                            device.next(ClientEvent.ConnectFailed.class).reason();
                    assertThat(reason.kind())
                            .isEqualTo(ConnectionFailure.Kind.CLIENT_CERTIFICATE_REFUSED);
                });
    }

    @ParameterizedTest
    @MethodSource("versions")
    void a_client_without_a_certificate_is_refused_and_the_error_says_so(ProtocolVersion version)
            throws Exception {
        attempt(
                Scenario.NO_CERTIFICATE,
                version,
                rig -> {
                    Device device =
                            rig.open("d", b -> b.identity(rig.papers().withoutCertificate()));
                    ConnectionFailure reason =
                            device.next(ClientEvent.ConnectFailed.class).reason();
                    assertThat(reason.kind())
                            .isEqualTo(ConnectionFailure.Kind.CLIENT_CERTIFICATE_MISSING);
                });
    }

    /// The clock of this test is the broker's: it puts the silent connection out.
    @ParameterizedTest
    @MethodSource("versions")
    void an_idle_client_stays_connected_where_a_silent_one_is_put_out(ProtocolVersion version)
            throws Exception {
        attempt(
                Scenario.KEEP_ALIVE,
                version,
                rig -> {
                    Device idle = rig.open("idle", b -> b.keepAlive(Duration.ofSeconds(1)));
                    idle.connected();
                    var tls = rig.papers().pki().clientContext(rig.papers().device());
                    try (var silent = new RawMqtt(tls, rig.port())) {
                        byte[] id = rig.name("silent").getBytes(UTF_8);
                        String properties = version == ProtocolVersion.V5 ? "00" : "";
                        String body =
                                "00044d515454%02x020001%s%04x%s"
                                        .formatted(
                                                version.level(),
                                                properties,
                                                id.length,
                                                HexFormat.of().formatHex(id));
                        silent.send("10%02x%s".formatted(body.length() / 2, body));
                        assertThat(silent.read(0x20)[1]).isZero();
                        assertThatThrownBy(() -> silent.read(0xD0))
                                .as("the broker's answer to silence")
                                .satisfiesAnyOf(
                                        e -> assertThat(e).hasMessageContaining("read 0xffffffff"),
                                        e -> assertThat(e).hasMessageContaining("read 0xe0"),
                                        e -> assertThat(e).hasMessageContaining("reset"));
                    }
                    assertThat(idle.client().status().connected()).isTrue();
                    assertThat(idle.told()).noneMatch(e -> e instanceof ClientEvent.Disconnected);
                });
    }

    @ParameterizedTest
    @MethodSource("versions")
    void messages_of_qos_0_arrive_in_order(ProtocolVersion version) throws Exception {
        attempt(Scenario.QOS_0, version, rig -> bothWays(rig, AT_MOST_ONCE));
    }

    @ParameterizedTest
    @MethodSource("versions")
    void messages_of_qos_1_arrive_in_order(ProtocolVersion version) throws Exception {
        attempt(Scenario.QOS_1, version, rig -> bothWays(rig, AT_LEAST_ONCE));
    }

    @ParameterizedTest
    @MethodSource("versions")
    void messages_are_published_at_qos_2(ProtocolVersion version) throws Exception {
        attempt(
                Scenario.QOS_2_OUT,
                version,
                rig -> {
                    Device subscriber = rig.open("subscriber");
                    subscriber.subscribe(rig.name("t"), AT_LEAST_ONCE);
                    Device publisher = rig.open("publisher");
                    publisher.publish(rig.name("t"), "first", EXACTLY_ONCE);
                    publisher.publish(rig.name("t"), "end", EXACTLY_ONCE);
                    assertThat(subscriber.textsUpTo("end")).containsExactly("first");
                });
    }

    @ParameterizedTest
    @MethodSource("versions")
    void messages_of_qos_2_arrive_in_order(ProtocolVersion version) throws Exception {
        attempt(Scenario.QOS_2, version, rig -> bothWays(rig, EXACTLY_ONCE));
    }

    private static void bothWays(Rig rig, Qos qos) throws InterruptedException {
        String topic = rig.name("a/b");
        Device subscriber = rig.open("subscriber");
        assertThat(subscriber.subscribe(topic, qos)).isEqualTo(qos);
        Device publisher = rig.open("publisher");
        publisher.connected();
        for (int i = 0; i < 20; i++) {
            publisher.publish(topic, "reading " + i, qos);
        }
        for (int i = 0; i < 20; i++) {
            Delivery delivery = subscriber.take();
            assertThat(delivery.text()).isEqualTo("reading " + i);
            assertThat(delivery.qos()).isEqualTo(qos);
            assertThat(delivery.duplicate()).isFalse();
        }
        assertThat(publisher.told()).noneMatch(e -> e instanceof ClientEvent.Disconnected);
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("versions5")
    void the_properties_of_a_message_arrive_with_it(ProtocolVersion version) throws Exception {
        attempt(
                Scenario.PROPERTIES,
                version,
                rig -> {
                    Device subscriber = rig.open("subscriber");
                    subscriber.subscribe(rig.name("t"), AT_LEAST_ONCE);
                    Message sent =
                            Message.of(rig.name("t"), "{}")
                                    .qos(AT_LEAST_ONCE)
                                    .contentType("application/json")
                                    .utf8()
                                    .responseTopic(rig.name("answer"))
                                    .correlationData(Bytes.utf8("17"))
                                    .userProperty("site", "north")
                                    .userProperty("site", "pump 17");
                    rig.open("publisher").publish(sent);
                    Message arrived = subscriber.take().message();
                    assertThat(arrived.contentType()).contains("application/json");
                    assertThat(arrived.isUtf8()).isTrue();
                    assertThat(arrived.responseTopic()).contains(rig.name("answer"));
                    assertThat(arrived.correlationData()).contains(Bytes.utf8("17"));
                    assertThat(arrived.userProperties())
                            .containsExactly(
                                    new UserProperty("site", "north"),
                                    new UserProperty("site", "pump 17"));
                });
    }

    @ParameterizedTest
    @MethodSource("versions")
    void a_payload_of_one_mebibyte_arrives_unchanged(ProtocolVersion version) throws Exception {
        attempt(
                Scenario.ONE_MEBIBYTE,
                version,
                rig -> {
                    byte[] payload = new byte[1 << 20];
                    new Random(1).nextBytes(payload);
                    Device subscriber = rig.open("subscriber");
                    subscriber.subscribe(rig.name("t"), AT_LEAST_ONCE);
                    rig.open("publisher")
                            .publish(Message.of(rig.name("t"), payload).qos(AT_LEAST_ONCE));
                    assertThat(subscriber.take().message().payload())
                            .isEqualTo(Bytes.copyOf(payload));
                });
    }

    @ParameterizedTest
    @MethodSource("versions")
    void the_will_speaks_for_a_client_that_vanishes_and_for_none_that_leaves(
            ProtocolVersion version) throws Exception {
        attempt(
                Scenario.WILL,
                version,
                rig -> {
                    Message will = Message.of(rig.name("state"), "vanished").qos(AT_LEAST_ONCE);
                    Device observer = rig.open("observer");
                    observer.subscribe(rig.name("state"), AT_LEAST_ONCE);
                    CuttingProxy proxy = rig.proxy();
                    rig.open("d", proxy.port(), b -> b.will(will)).connected();
                    proxy.refuse();
                    proxy.cut(); // RST: what the system sends for a process that was killed
                    assertThat(observer.take().text()).isEqualTo("vanished");
                    Device leaving = rig.open("e", b -> b.will(will));
                    leaving.connected();
                    leaving.close();
                    observer.publish(rig.name("state"), "end", AT_LEAST_ONCE);
                    assertThat(observer.take().text()).isEqualTo("end");
                });
    }

    @ParameterizedTest
    @MethodSource("versions")
    void a_retained_message_meets_later_subscribers_until_it_is_cleared(ProtocolVersion version)
            throws Exception {
        attempt(Scenario.RETAINED, version, rig -> retained(rig, rig.name("r")));
    }

    @ParameterizedTest
    @MethodSource("versions")
    void a_retained_message_meets_a_filter_with_a_wildcard(ProtocolVersion version)
            throws Exception {
        attempt(Scenario.RETAINED_WILDCARD, version, rig -> retained(rig, rig.name("r/#")));
    }

    private static void retained(Rig rig, String filter) throws InterruptedException {
        String topic = filter.replace("#", "1");
        Device early = rig.open("early");
        early.subscribe(filter, AT_LEAST_ONCE);
        Device publisher = rig.open("publisher");
        publisher.publish(Message.of(topic, "kept").qos(AT_LEAST_ONCE).retained());
        Message live = early.take().message();
        assertThat(live.text()).isEqualTo("kept");
        assertThat(live.isRetained()).as("the flag of a message just published").isFalse();
        Device late = rig.open("late");
        late.subscribe(filter, AT_LEAST_ONCE);
        Message kept = late.take().message();
        assertThat(kept.text()).isEqualTo("kept");
        assertThat(kept.isRetained()).as("the flag of a message kept").isTrue();
        publisher.publish(Message.of(topic, "").qos(AT_LEAST_ONCE).retained());
        assertThat(early.take().text()).isEmpty(); // the broker has it
        Device later = rig.open("later");
        later.subscribe(filter, AT_LEAST_ONCE);
        publisher.publish(topic, "end", AT_LEAST_ONCE);
        assertThat(later.take().text()).isEqualTo("end");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void a_session_is_resumed_with_its_subscription_and_what_came_meanwhile(ProtocolVersion version)
            throws Exception {
        attempt(
                Scenario.RESUMED,
                version,
                rig -> {
                    CuttingProxy proxy = rig.proxy();
                    Device away = rig.open("away", proxy.port(), b -> b);
                    away.subscribe(rig.name("t"), AT_LEAST_ONCE);
                    away.connected();
                    proxy.refuse();
                    proxy.cut();
                    away.next(ClientEvent.Disconnected.class);
                    Device publisher = rig.open("publisher");
                    for (int i = 0; i < 10; i++) {
                        publisher.publish(rig.name("t"), "missed " + i, AT_LEAST_ONCE);
                    }
                    proxy.accept();
                    assertThat(away.connected().sessionPresent()).isTrue();
                    Set<String> arrived = new LinkedHashSet<>();
                    while (arrived.size() < 10) {
                        arrived.add(away.take().text()); // one may come twice
                    }
                    assertThat(arrived)
                            .containsExactlyElementsOf(
                                    IntStream.range(0, 10).mapToObj(i -> "missed " + i).toList());
                    assertThat(away.told())
                            .filteredOn(e -> e instanceof ClientEvent.Subscribed)
                            .as("SUBSCRIBE is sent once")
                            .hasSize(1);
                });
    }

    @ParameterizedTest
    @MethodSource("versions")
    void a_session_without_a_subscription_is_resumed(ProtocolVersion version) throws Exception {
        attempt(
                Scenario.BARE_SESSION,
                version,
                rig -> {
                    CuttingProxy proxy = rig.proxy();
                    Device publisher = rig.open("publisher", proxy.port(), b -> b);
                    publisher.publish(rig.name("t"), "first", AT_LEAST_ONCE);
                    publisher.connected();
                    proxy.cut();
                    assertThat(publisher.connected().sessionPresent())
                            .as("session present")
                            .isTrue();
                });
    }

    @ParameterizedTest
    @MethodSource("versions")
    void unfinished_messages_of_qos_1_are_finished_after_each_cut(ProtocolVersion version)
            throws Exception {
        attempt(
                Scenario.UNFINISHED_QOS_1,
                version,
                rig -> {
                    CuttingProxy outgoing = rig.proxy();
                    CuttingProxy incoming = rig.proxy();
                    List<String> arrived =
                            throughCuts(
                                    rig,
                                    AT_LEAST_ONCE,
                                    outgoing.port(),
                                    incoming.port(),
                                    () -> cut(outgoing, incoming));
                    assertThat(new ArrayList<>(new LinkedHashSet<>(arrived)))
                            .as("first arrivals")
                            .isEqualTo(numbers());
                });
    }

    /// Before the broker is, the client is judged, by the packets: no declared difference excuses
    /// it.
    @ParameterizedTest
    @MethodSource("versions")
    void unfinished_messages_of_qos_2_are_finished_once_after_each_cut(ProtocolVersion version)
            throws Exception {
        attempt(
                Scenario.UNFINISHED_QOS_2,
                version,
                rig -> {
                    CuttingProxy outgoing = rig.proxy();
                    CuttingProxy incoming = rig.proxy();
                    Recorder sent = rig.recorder(outgoing.port());
                    Recorder received = rig.recorder(incoming.port());
                    List<String> arrived =
                            throughCuts(
                                    rig,
                                    EXACTLY_ONCE,
                                    sent.port(),
                                    received.port(),
                                    () -> cut(outgoing, incoming));
                    assertThat(QosTwoSender.fault(sent.wire(), and(numbers(), "end")))
                            .as("fault of Caddis as it published")
                            .isEmpty();
                    assertThat(QosTwoReceiver.fault(received.wire(), and(arrived, "end")))
                            .as("fault of Caddis as it received")
                            .isEmpty();
                    assertThat(arrived).as("each once").isEqualTo(numbers());
                });
    }

    private static void cut(CuttingProxy outgoing, CuttingProxy incoming) {
        outgoing.cut();
        incoming.cut();
    }

    private static List<String> and(List<String> texts, String last) {
        List<String> all = new ArrayList<>(texts);
        all.add(last);
        return all;
    }

    private static List<String> numbers() {
        return IntStream.range(0, 300).mapToObj(Integer::toString).toList();
    }

    /// Sends numbers from one port to another, with two cuts on the way, and an end mark.
    private static List<String> throughCuts(
            Rig rig, Qos qos, int outgoing, int incoming, Runnable cut) throws Exception {
        Device subscriber = rig.open("subscriber", incoming, b -> b);
        assertThat(subscriber.subscribe(rig.name("t"), qos)).isEqualTo(qos);
        Device publisher = rig.open("publisher", outgoing, b -> b.maxInFlight(10));
        publisher.subscribe(rig.name("commands"), AT_LEAST_ONCE); // some keep no session without
        List<Receipt> receipts = new ArrayList<>();
        for (String number : numbers()) {
            receipts.add(publisher.client().submit(Message.of(rig.name("t"), number).qos(qos)));
            if (receipts.size() == 100 || receipts.size() == 200) {
                publisher.connected();
                cut.run();
            }
        }
        for (Receipt receipt : receipts) {
            Acknowledgement acknowledged = receipt.awaitAcknowledged(rig.deadline());
            assertThat(acknowledged.possiblyRepeated()).isFalse();
        }
        assertThat(publisher.connected().sessionPresent()).isTrue();
        publisher.publish(rig.name("t"), "end", qos);
        return subscriber.textsUpTo("end");
    }

    @ParameterizedTest
    @MethodSource("versions")
    void a_shared_subscription_gives_each_message_to_one_of_its_clients(ProtocolVersion version)
            throws Exception {
        attempt(
                Scenario.SHARED,
                version,
                rig -> {
                    String filter = "$share/" + rig.name("group") + "/" + rig.name("t");
                    Device one = rig.open("one");
                    one.subscribe(filter, AT_LEAST_ONCE);
                    Device two = rig.open("two");
                    two.subscribe(filter, AT_LEAST_ONCE);
                    Device publisher = rig.open("publisher");
                    Set<String> open = new HashSet<>();
                    for (int i = 0; i < 40; i++) {
                        open.add("job " + i);
                        publisher.publish(rig.name("t"), "job " + i, AT_LEAST_ONCE);
                    }
                    for (String end : List.of("end", "end-of-two")) {
                        one.subscribe(rig.name(end), AT_LEAST_ONCE);
                        two.subscribe(rig.name(end), AT_LEAST_ONCE);
                    }
                    publisher.publish(rig.name("end"), "end", AT_LEAST_ONCE);
                    List<String> all = one.textsUpTo("end"); // which one is the broker's choice
                    all.addAll(two.textsUpTo("end"));
                    assertThat(all)
                            .as("what both have together")
                            .containsExactlyInAnyOrderElementsOf(open);

                    one.client().unsubscribe(filter, rig.deadline());
                    publisher.publish(rig.name("t"), "for the other", AT_LEAST_ONCE);
                    publisher.publish(rig.name("end-of-two"), "end", AT_LEAST_ONCE);
                    assertThat(one.textsUpTo("end")).isEmpty();
                    assertThat(two.textsUpTo("end")).containsExactly("for the other");
                });
    }

    @ParameterizedTest
    @MethodSource("versions")
    void where_filters_overlap_each_handler_has_each_message_once(ProtocolVersion version)
            throws Exception {
        attempt(
                Scenario.OVERLAP,
                version,
                rig -> {
                    Device device = rig.open("d");
                    List<String> all = new CopyOnWriteArrayList<>();
                    for (String filter : List.of(rig.name("o/#"), rig.name("o/+"))) {
                        device.client()
                                .subscribe(
                                        filter,
                                        AT_LEAST_ONCE,
                                        delivery -> all.add(filter + " " + delivery.text()))
                                .awaitGranted(rig.deadline());
                    }
                    device.subscribe(rig.name("end"), AT_LEAST_ONCE);
                    Device publisher = rig.open("publisher");
                    publisher.publish(rig.name("o/1"), "first", AT_LEAST_ONCE);
                    publisher.publish(rig.name("o/1"), "second", AT_LEAST_ONCE);
                    publisher.publish(rig.name("end"), "end", AT_LEAST_ONCE);
                    device.textsUpTo("end");
                    device.close(); // waits for the handlers
                    assertThat(all)
                            .containsExactlyInAnyOrder(
                                    rig.name("o/# first"),
                                    rig.name("o/# second"),
                                    rig.name("o/+ first"),
                                    rig.name("o/+ second"));
                });
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("versions5")
    void a_long_topic_is_sent_to_the_broker_once(ProtocolVersion version) throws Exception {
        attempt(
                Scenario.ALIASES_OUT,
                version,
                rig -> {
                    assertThat(bytes(rig, "without", 0, 0)[0]).isGreaterThan(50_000);
                    assertThat(bytes(rig, "with", 10, 10)[0]).isLessThan(25_000);
                });
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("versions5")
    void a_long_topic_is_sent_by_the_broker_once(ProtocolVersion version) throws Exception {
        attempt(
                Scenario.ALIASES_IN,
                version,
                rig -> {
                    assertThat(bytes(rig, "without", 0, 0)[1]).isGreaterThan(50_000);
                    assertThat(bytes(rig, "with", 10, 10)[1])
                            .as("bytes from the broker, with aliases allowed")
                            .isLessThan(25_000);
                });
    }

    /// Bytes to the broker and from it, for 50 messages to and from a topic of more than 1000
    /// bytes.
    private static long[] bytes(Rig rig, String id, int incoming, int outgoing) throws Exception {
        Meter meter = rig.meter();
        String topic = rig.name(id) + "/" + "x".repeat(1000);
        Device device = rig.open(id, meter.port(), b -> b.topicAliases(incoming, outgoing));
        device.subscribe(topic, AT_LEAST_ONCE);
        for (int i = 0; i < 50; i++) {
            device.publish(topic, "reading " + i, AT_LEAST_ONCE);
        }
        for (int i = 0; i < 50; i++) {
            assertThat(device.take().topic()).isEqualTo(topic);
        }
        return new long[] {meter.toBroker(), meter.toClient()};
    }
}
