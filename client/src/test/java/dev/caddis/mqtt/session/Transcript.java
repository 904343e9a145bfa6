package dev.caddis.mqtt.session;

import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.SubscriptionOptions;

import java.util.ArrayList;
import java.util.List;

/// Plays the inputs of a script to a [Stage].
///
/// `#` begins a comment, `>` an effect that came out; every other line is an input. The answer of
/// [#play] is the script with the effects that really came.
final class Transcript {

    private final List<String> out = new ArrayList<>();
    private Stage stage = new Stage(Given.settings(new Line("")), out);
    private long sequence;

    static String play(String script) {
        return new Transcript().playAll(script);
    }

    private String playAll(String script) {
        for (String line : script.lines().toList()) {
            if (line.startsWith(">")) {
                continue;
            }
            out.add(line);
            if (!line.isBlank() && !line.startsWith("#")) {
                Line input = new Line(line);
                play(input);
                input.requireAllUsed();
            }
        }
        stage.requireThatReplayGivesTheSameState();
        return String.join("\n", out) + "\n";
    }

    private void play(Line line) {
        switch (line.word(0)) {
            case "given" -> stage = new Stage(Given.settings(line), out);
            case "start" -> stage.step(new Input.Start());
            case "dialing" ->
                    stage.step(
                            new Input.Dialing(
                                    stage.connection(), Input.DialStep.valueOf(line.word(1))));
            case "link-up" -> linkUp(line);
            case "link-down" -> linkDown(line);
            case "receive" -> stage.receive(PacketScript.packet(line.word(1), line));
            case "connect" -> { // the whole of a first connection
                stage.step(new Input.Start());
                linkUp(line);
                stage.receive(PacketScript.packet("CONNACK", line));
            }
            case "reconnect" -> { // as soon as the session dials again
                stage.passToDeadline();
                linkUp(line);
                stage.receive(PacketScript.packet("CONNACK", line));
            }
            case "submit" -> submit(line);
            case "want" -> stage.step(new Input.Want(line.word(1), options(line)));
            case "unwant" -> stage.step(new Input.Unwant(line.word(1)));
            case "handled" ->
                    stage.step(new Input.Handled(stage.ticket(Integer.parseInt(line.word(1)))));
            case "let-go" ->
                    stage.step(new Input.LetGo(stage.ticket(Integer.parseInt(line.word(1)))));
            case "auth-answer" ->
                    stage.step(
                            new Input.AuthAnswer(
                                    stage.connection(), line.bytes("data"), line.text("failure")));
            case "move" ->
                    stage.step(
                            new Input.Move(
                                    "we have a new name", Line.duration(line.word(1)).toNanos()));
            case "gone" -> // a connection that was left in order
                    stage.step(
                            new Input.LinkDown(
                                    Integer.parseInt(line.word(1)),
                                    new ConnectionFailure(
                                            ConnectionFailure.Kind.CLOSED,
                                            "the broker closed it")));
            case "reauthenticate" -> stage.step(new Input.Reauthenticate());
            case "overflow" -> stage.step(new Input.IncomingOverflow(stage.connection()));
            case "malformed" -> stage.step(stage.malformed());
            case "tick" -> {
                if (line.word(1).equals("next")) {
                    stage.passToDeadline();
                } else {
                    stage.pass(Line.duration(line.word(1)));
                }
            }
            case "network" -> stage.network(line.word(1).equals("stuck"));
            case "read" -> stage.read(Integer.parseInt(line.word(1)));
            case "disk" -> {
                switch (line.word(1)) {
                    case "slow" -> stage.log.slow(); // changes are durable on command
                    case "full", "free" ->
                            stage.step(new Input.DiskRoom(line.word(1).equals("free")));
                    case "loses" -> stage.log.lose(Long.parseLong(line.word(2)));
                    default -> throw new IllegalArgumentException("disk " + line.word(1));
                }
            }
            case "purge" -> stage.step(new Input.Purge(1));
            case "inquire" -> stage.step(new Input.Inquired(Long.parseLong(line.word(1))));
            case "durable" -> stage.makeDurable(line.number("count", Integer.MAX_VALUE / 2));
            case "restart" -> stage.restart();
            case "close" -> stage.step(new Input.Close(Line.duration(line.word(1)).toNanos()));
            default -> throw new IllegalArgumentException("no input is called " + line.word(0));
        }
    }

    private void linkUp(Line line) {
        String password = line.text("password");
        stage.step(
                new Input.LinkUp(
                        stage.connection(),
                        "TLSv1.3",
                        line.text("user"),
                        password == null ? null : Bytes.utf8(password),
                        line.bytes("first")));
    }

    private void linkDown(Line line) {
        var kind = ConnectionFailure.Kind.valueOf(line.word(1));
        stage.step(
                new Input.LinkDown(
                        stage.connection(), new ConnectionFailure(kind, "the network said so")));
    }

    private void submit(Line line) {
        int count = line.number("count", 1);
        var message = PacketScript.publish(line);
        String key = line.text("key");
        for (int i = 0; i < count; i++) {
            stage.step(new Input.Submitted(++sequence, message, key));
        }
    }

    private static SubscriptionOptions options(Line line) {
        return new SubscriptionOptions(
                Qos.of(line.number("qos", 1)),
                line.flag("no-local", false),
                false,
                SubscriptionOptions.RetainHandling.SEND);
    }
}
