package dev.caddis.mqtt.session;

import dev.caddis.mqtt.packet.ProtocolVersion;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// Which broker the next attempt goes to, and whether it has our session.
///
/// The first attempt goes to the broker that holds the session, where that is known, else to the
/// first of the group. One that failed passes the turn on to the next member. A connection that is
/// lost is sought at the same broker first: to move costs what a lost session costs, unless the
/// brokers share their sessions.
final class Group {

    /// How many brokers in a row may each send us to another.
    private static final int REFERRALS_MAX = 3;

    private static final int BRIEF_MAX = 3;

    private final BrokerGroup settings;
    private final @Nullable ProtocolVersion version;
    private final SessionState state;
    private final List<Target> targets = new ArrayList<>();
    private int at;
    private @Nullable Target referred;
    private int referrals;

    /// @param version `null`: `auto`
    Group(BrokerGroup settings, @Nullable ProtocolVersion version, SessionState state) {
        this.settings = settings;
        this.version = version;
        this.state = state;
        for (int i = 0; i < settings.members().size(); i++) {
            targets.add(target(i, null));
        }
        for (int i = targets.size() - 1; i >= 0 && state.place != null; i--) {
            if (holdsSession(targets.get(i))) {
                at = i;
            }
        }
    }

    private Target target(int member, @Nullable Referral referral) {
        var versions = new VersionChoice(version);
        Target target = new Target(member, settings.members().get(member), referral, versions);
        if (state.established != null && holdsSession(target)) {
            versions.succeeded(state.established);
        }
        return target;
    }

    Target next() {
        return referred == null ? targets.get(at) : referred;
    }

    /// Whether `target` has the session that we have, as far as is known.
    boolean holdsSession(Target target) {
        Place place = state.place;
        return place == null
                || place.broker().equals(target.place)
                || (target.place.equals(Place.SHARED) && isShared(place.broker()));
    }

    /// What the broker at `url` held before it was said to share its sessions, all of them hold.
    private boolean isShared(String url) {
        return settings.members().stream()
                .anyMatch(each -> each.sharedSession() && each.url().equals(url));
    }

    /// Where the session lives once `target` has it.
    Place place(Target target) {
        return new Place(target.place, settings.hosts());
    }

    /// `target` accepted a connection.
    void accepted(Target target) {
        target.refusesForLong = false;
    }

    /// The present connection, to `target`, has lasted.
    void lasted(Target target) {
        target.briefInARow = 0;
        referrals = 0;
    }

    /// A connection to `target` that had been accepted is over, and not by our own doing.
    void ended(Target target, boolean lasted) {
        target.briefInARow = lasted ? 0 : target.briefInARow + 1;
        if (target.briefInARow >= BRIEF_MAX) {
            target.briefInARow = 0;
            moveOn();
        }
    }

    /// An attempt at `target` failed.
    void failed(Target target) {
        if (!target.versions.fallsBack()) { // else the same broker is asked in the other version
            moveOn();
        }
    }

    private void moveOn() {
        referred = null;
        referrals = 0;
        at = (at + 1) % targets.size();
    }

    /// `target` refused us for longer than a short wait.
    ///
    /// @return whether all do, so that there is nobody to hurry to
    boolean refusesForLong(Target target) {
        target.refusesForLong = true;
        return targets.stream()
                .allMatch(each -> each.refusesForLong || each.member == target.member);
    }

    /// `target` sends us to another server.
    ///
    /// @return why we do not go there; `null`: the next attempt does
    @Nullable String refer(Target target, @Nullable String reference) {
        if (reference == null) {
            return "It names none; ask its operator which broker to use";
        }
        BrokerGroup.Member from = settings.members().get(target.member);
        if (!settings.followsReferrals()) {
            return "That is not followed, as you wished: connect to that broker if you trust it";
        }
        if (!from.isEncrypted()) { // whoever is on the way can say so
            return "That is not followed without TLS: connect to that broker if you trust it";
        }
        Referral referral = Referral.of(reference, from);
        if (referral == null) {
            return "That names no server to which the same way leads: connect to that broker if you"
                    + " trust it";
        }
        if (referrals >= REFERRALS_MAX) {
            return "That would be number "
                    + (referrals + 1)
                    + " in a row, and is not followed: the brokers send us round";
        }
        referrals++;
        referred = target(target.member, referral);
        return null;
    }
}
