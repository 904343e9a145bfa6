package dev.caddis.mqtt.session;

import org.jspecify.annotations.Nullable;

/// A broker that may be dialled, and what is known of it.
final class Target {

    /// Which member of the group it is, or was sent to by.
    final int member;

    final @Nullable Referral referral;
    final String url;

    /// As [Place#broker] has it.
    final String place;

    final VersionChoice versions;

    /// Connections in a row that it accepted and that did not last.
    int briefInARow;

    /// Whether its last word was a refusal that no short wait will mend.
    boolean refusesForLong;

    Target(
            int member,
            BrokerGroup.Member settings,
            @Nullable Referral referral,
            VersionChoice versions) {
        this.member = member;
        this.referral = referral;
        this.versions = versions;
        url = referral == null ? settings.url() : settings.urlAt(referral.authority());
        place = settings.sharedSession() ? Place.SHARED : url;
    }
}
