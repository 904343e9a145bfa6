package dev.caddis.mqtt.session;

import dev.caddis.mqtt.packet.Auth;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Connack;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.ReasonCode;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Queue;

/// Enhanced authentication on one connection (4.12): whose turn it is, and what a word of the
/// broker's or of the authenticator's means then.
///
/// A CONNACK is held back, with what comes behind it, until the authenticator believes the broker.
final class Authenticating {

    /// Packets that may wait behind CONNACK (law 5).
    private static final int BEHIND_CONNACK_MAX = 1_000;

    private static final long BEHIND_CONNACK_BYTES_MAX = 16L << 20;

    private enum Turn {
        /// Nobody authenticates.
        NOBODYS,
        BROKERS,
        /// The authenticator looks for its first word.
        OURS_TO_BEGIN,
        OURS_TO_ANSWER,
        /// The broker has said its last word; the authenticator judges it.
        OURS_TO_VERIFY
    }

    /// What must happen now.
    sealed interface Next {

        /// The broker broke a rule.
        record Broken(String what) implements Next {}

        /// The authenticator is asked; if `first`, authentication begins with this, and however
        /// many steps it has, one deadline holds for all of them.
        record Ask(Effect question, boolean first) implements Next {}

        record Say(Auth auth) implements Next {}

        /// We are not content with the broker, or cannot answer it.
        record Failed(String why) implements Next {}

        record Believed(Connack connack) implements Next {}

        record Renewed() implements Next {}
    }

    private final int connection;
    private final @Nullable String method;
    private Turn turn = Turn.NOBODYS;
    private @Nullable Connack unverified;
    private final Queue<Packet> behindConnack = new ArrayDeque<>();
    private long readBeforeConnack;

    /// @param method `null`: there is none, and AUTH breaks the protocol
    Authenticating(int connection, @Nullable String method) {
        this.connection = connection;
        this.method = method;
    }

    boolean isUnderWay() {
        return turn != Turn.NOBODYS;
    }

    /// @param read bytes that came on the connection so far
    /// @return `null` if there is no method and CONNACK needs no one's belief
    @Nullable Next onConnack(Connack connack, long read) {
        if (method == null) {
            return null;
        }
        if (!method.equals(connack.properties().authenticationMethod())) { // [MQTT-4.12.0-5]
            return new Next.Broken("CONNACK names another authentication method");
        }
        if (isOurTurn()) {
            return new Next.Broken("CONNACK came before our answer to AUTH");
        }
        unverified = connack;
        readBeforeConnack = read;
        return ask(connack.properties().authenticationData(), true);
    }

    /// A step of the broker's.
    Next onAuth(Auth auth, boolean online) {
        if (method == null) { // [MQTT-4.12.0-6]
            return new Next.Broken("AUTH came, and no method was agreed");
        }
        if (!method.equals(auth.authenticationMethod())) { // [MQTT-4.12.0-5]
            return new Next.Broken("AUTH names another authentication method");
        }
        if (online && !isUnderWay()) {
            return new Next.Broken("AUTH came, and nobody asked for it");
        }
        if (isOurTurn()) {
            return new Next.Broken("AUTH came before our answer to the last one");
        }
        if (auth.reason() == ReasonCode.CONTINUE_AUTHENTICATION) { // [MQTT-4.12.0-2]
            return ask(auth.authenticationData(), false);
        }
        return online
                ? ask(auth.authenticationData(), true)
                : new Next.Broken("AUTH says success, which is for CONNACK to say");
    }

    /// @return `null` if nobody can begin anew, or somebody has
    @Nullable Next again() {
        if (method == null || isUnderWay()) {
            return null;
        }
        turn = Turn.OURS_TO_BEGIN;
        return new Next.Ask(new Effect.BeginAuthentication(connection), true);
    }

    /// @param limits `null` before CONNACK
    Next onAnswer(Input.AuthAnswer answer, @Nullable Limits limits) {
        Turn ours = turn;
        if (answer.failure() != null) { // [MQTT-4.12.1-2]
            return failed(answer.failure());
        }
        if (ours == Turn.OURS_TO_VERIFY) {
            turn = Turn.NOBODYS;
            Connack connack = unverified;
            unverified = null;
            return connack == null ? new Next.Renewed() : new Next.Believed(connack);
        }
        turn = Turn.BROKERS;
        Auth auth = // [MQTT-4.12.0-3] [MQTT-4.12.1-1]
                Hello.auth(
                        ours == Turn.OURS_TO_BEGIN
                                ? ReasonCode.RE_AUTHENTICATE
                                : ReasonCode.CONTINUE_AUTHENTICATION,
                        method,
                        answer.data());
        String obstacle = Hello.obstacle(auth, limits);
        return obstacle == null ? new Next.Say(auth) : failed(obstacle);
    }

    /// Whether packets wait until CONNACK is believed.
    boolean holdsPackets() {
        return unverified != null;
    }

    /// @return false if too much waits
    boolean hold(Packet packet, long read) {
        if (behindConnack.size() >= BEHIND_CONNACK_MAX
                || read - readBeforeConnack >= BEHIND_CONNACK_BYTES_MAX) {
            return false;
        }
        behindConnack.add(packet);
        return true;
    }

    /// The next packet that was held, now that CONNACK is believed.
    @Nullable Packet release() {
        return behindConnack.poll();
    }

    private boolean isOurTurn() {
        return isUnderWay() && turn != Turn.BROKERS;
    }

    private Next ask(@Nullable Bytes data, boolean last) {
        boolean first = !isUnderWay();
        turn = last ? Turn.OURS_TO_VERIFY : Turn.OURS_TO_ANSWER;
        return new Next.Ask(new Effect.Challenge(connection, data, last), first);
    }

    private Next failed(String why) {
        return new Next.Failed("the authentication with method " + method + " failed: " + why);
    }
}
