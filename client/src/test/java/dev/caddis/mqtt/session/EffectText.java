package dev.caddis.mqtt.session;

import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.event.ConnectionFailure;

import java.time.Duration;
import java.util.Locale;

/// Effects, changes and events as a transcript shows them.
final class EffectText {

    private EffectText() {}

    static String of(Effect effect) {
        return switch (effect) {
            case Effect.Persist persist -> of(persist.change());
            case Effect.Fetch fetch -> "fetch from=" + fetch.fromSequence();
            case Effect.Dial dial ->
                    "dial "
                            + dial.connection()
                            + " "
                            + PacketText.version(dial.version())
                            + (dial.member() == 0 ? "" : " member=" + dial.member())
                            + (dial.referral() == null
                                    ? ""
                                    : " referred-to=" + dial.referral().authority());
            case Effect.Send send -> "send " + PacketText.of(send.packet());
            case Effect.SendNow send -> "send-now " + PacketText.of(send.packet());
            case Effect.Accepted accepted -> "accepted " + accepted.connection();
            case Effect.Finish finish ->
                    "finish "
                            + finish.connection()
                            + " within "
                            + time(Duration.ofNanos(finish.withinNanos()));
            case Effect.Abort abort -> "abort " + abort.connection();
            case Effect.Deliver deliver ->
                    "deliver "
                            + PacketText.message(deliver.message().withDelivery(0, false))
                            + (deliver.ticket() == null ? "" : " " + deliver.ticket())
                            + (deliver.filters().isEmpty() ? "" : " for " + deliver.filters());
            case Effect.GiveUp given -> "give-up " + given.ticket();
            case Effect.Challenge challenge ->
                    "challenge"
                            + (challenge.data() == null
                                    ? ""
                                    : " \"" + challenge.data().asUtf8() + "\"")
                            + (challenge.last() ? " last" : "");
            case Effect.BeginAuthentication begin -> "begin-authentication";
            case Effect.Admit admit -> "admit " + admit.sequence();
            case Effect.Complete complete ->
                    "complete " + complete.sequence() + " " + of(complete.outcome());
            case Effect.CompleteRest rest ->
                    "complete-rest "
                            + rest.first()
                            + " to "
                            + rest.last()
                            + " "
                            + of(rest.outcome());
            case Effect.Repeats repeats ->
                    "repeats " + repeats.sequence() + " is " + repeats.earlier();
            case Effect.Purged done -> "purged " + done.messages();
            case Effect.OpenedAhead opened -> "opened ahead " + opened.count();
            case Effect.EarlierOver over -> "earlier over";
            case Effect.Over over -> "over " + over.sequence();
            case Effect.FilterGranted granted ->
                    "filter-granted " + granted.filter() + " qos=" + granted.qos().level();
            case Effect.FilterRefused refused ->
                    "filter-refused " + refused.filter() + PacketText.reason(refused.reason());
            case Effect.FilterUnanswered silence -> "filter-unanswered " + silence.filter();
            case Effect.FilterKept kept ->
                    "filter-kept "
                            + kept.filter()
                            + (kept.reason() == null ? "" : PacketText.reason(kept.reason()));
            case Effect.FilterEnded ended -> "filter-ended " + ended.filter();
            case Effect.Tell tell -> "tell " + of(tell.event());
            case Effect.End end -> "end finished=" + end.finished();
        };
    }

    static String of(Change change) {
        return "persist "
                + switch (change) {
                    case Change.Accepted accepted ->
                            "Accepted seq="
                                    + accepted.sequence()
                                    + (accepted.message().properties().messageExpirySeconds()
                                                    == null
                                            ? ""
                                            : " expires");
                    case Change.Dropped dropped -> "Dropped seq=" + dropped.sequence();
                    case Change.Opened opened ->
                            "Opened seq="
                                    + opened.sequence()
                                    + " id="
                                    + opened.packetId()
                                    + (opened.possiblyRepeated() ? " possibly-repeated" : "");
                    case Change.StateOpened opened -> "StateOpened id=" + opened.packetId();
                    case Change.Released released -> "Released id=" + released.packetId();
                    case Change.Ended ended -> "Ended id=" + ended.packetId();
                    case Change.Received received -> "Received id=" + received.packetId();
                    case Change.Handled handled -> "Handled id=" + handled.packetId();
                    case Change.Completed completed -> "Completed id=" + completed.packetId();
                    case Change.Granted granted ->
                            "Granted "
                                    + granted.filter()
                                    + " qos="
                                    + granted.options().maximumQos().level()
                                    + (granted.identifier() == 0
                                            ? ""
                                            : " identifier=" + granted.identifier());
                    case Change.Revoked revoked -> "Revoked " + revoked.filter();
                    case Change.Established now ->
                            "Established "
                                    + PacketText.version(now.version())
                                    + (now.place() == null
                                                    || now.place().broker().equals(Given.BROKER)
                                            ? ""
                                            : " at=" + now.place().broker());
                    case Change.ClientIdAssigned assigned ->
                            "ClientIdAssigned " + assigned.clientId();
                    case Change.Lost lost -> "Lost" + (lost.resend() ? " resend" : "");
                    case Change.Sent sent -> "Sent seq=" + sent.sequence();
                    case Change.Missing missing -> "Missing messages=" + missing.messages();
                    case Change.KeyFreed freed -> "KeyFreed seq=" + freed.sequence();
                    case Change.Keyed keyed -> "Keyed " + keyed.key() + " seq=" + keyed.sequence();
                    case Change.Doubtful doubtful -> "Doubtful seq=" + doubtful.sequence();
                    case Change.Again again -> "Again seq=" + again.sequence();
                    case Change.Outbox outbox ->
                            "Outbox cursor=" + outbox.cursor() + " messages=" + outbox.messages();
                };
    }

    private static String of(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Acknowledged(var reason, var repeated) ->
                    "acknowledged"
                            + PacketText.reason(reason)
                            + (repeated ? " possibly-repeated" : "");
            case Outcome.Refused(var reason) -> "refused" + PacketText.reason(reason);
            case Outcome.Dropped(var cause, var why) -> "dropped " + cause + " \"" + why + "\"";
        };
    }

    private static String of(ClientEvent event) {
        return switch (event) {
            case ClientEvent.Connected connected ->
                    "Connected "
                            + PacketText.version(connected.version())
                            + " session-present="
                            + (connected.sessionPresent() ? 1 : 0);
            case ClientEvent.Disconnected gone -> "Disconnected " + of(gone.reason());
            case ClientEvent.ConnectFailed failed ->
                    "ConnectFailed attempt=" + failed.attempt() + " " + of(failed.reason());
            case ClientEvent.RetryingIn retrying ->
                    "RetryingIn " + time(retrying.delay()) + " attempt=" + retrying.attempt();
            case ClientEvent.GaveUp gaveUp -> "GaveUp attempts=" + gaveUp.attempts();
            case ClientEvent.SessionLost lost -> "SessionLost republished=" + lost.republished();
            case ClientEvent.VersionFallback fallback ->
                    "VersionFallback " + PacketText.version(fallback.version());
            case ClientEvent.Subscribed subscribed ->
                    "Subscribed " + subscribed.filter() + " qos=" + subscribed.granted().level();
            case ClientEvent.SubscriptionRefused refused ->
                    "SubscriptionRefused "
                            + refused.filter()
                            + PacketText.reason(refused.reason())
                            + " retrying="
                            + refused.retrying();
            case ClientEvent.SubscriptionUnanswered silence ->
                    "SubscriptionUnanswered "
                            + silence.filter()
                            + " retrying="
                            + silence.retrying();
            case ClientEvent.PublishRefused refused ->
                    "PublishRefused " + refused.topic() + PacketText.reason(refused.reason());
            case ClientEvent.Dropped dropped ->
                    "Dropped "
                            + dropped.cause()
                            + " count="
                            + dropped.count()
                            + " total="
                            + dropped.total();
            case ClientEvent.ClientIdAssigned assigned -> "ClientIdAssigned " + assigned.clientId();
            case ClientEvent.ResponseInformation information ->
                    "ResponseInformation " + information.value();
            case ClientEvent.IdentityChanged changed -> "IdentityChanged " + changed.identity();
            case ClientEvent.IdentityKept kept -> "IdentityKept " + of(kept.reason());
            case ClientEvent.CertificateExpires end -> "CertificateExpires " + end.subject();
            case ClientEvent.Reauthenticated done -> "Reauthenticated";
            case ClientEvent.SessionTakenOver taken -> "SessionTakenOver " + taken.clientId();
            case ClientEvent.HandlerLate late ->
                    "HandlerLate " + late.topic() + " deadline=" + time(late.deadline());
            case ClientEvent.HandlerFailed failed -> "HandlerFailed " + failed.topic();
            case ClientEvent.JournalDamaged damaged -> "JournalDamaged " + damaged.file();
            case ClientEvent.Failed failed -> "Failed " + failed.cause();
        };
    }

    private static String of(ConnectionFailure failure) {
        return failure.kind() + " \"" + failure.sentence() + "\"";
    }

    /// Seconds with at most three places.
    static String time(Duration duration) {
        String seconds = String.format(Locale.ROOT, "%.3f", duration.toNanos() / 1e9);
        return seconds.replaceFirst("\\.?0+$", "") + "s";
    }
}
