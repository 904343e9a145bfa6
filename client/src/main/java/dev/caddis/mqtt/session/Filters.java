package dev.caddis.mqtt.session;

import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.Suback;
import dev.caddis.mqtt.packet.Subscribe;
import dev.caddis.mqtt.packet.SubscriptionOptions;
import dev.caddis.mqtt.packet.Unsuback;
import dev.caddis.mqtt.packet.Unsubscribe;
import dev.caddis.mqtt.session.SessionState.Grant;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Brings the filters that the broker serves to those that are wanted.
///
/// On a new connection only the difference is asked for. A refused or unanswered request is
/// repeated under a backoff of its own; a filter refused to the end rests until the next
/// connection, and the connection is kept.
final class Filters {

    /// What one filter is about to become, on this connection.
    private static final class Request {
        final String filter;
        final @Nullable SubscriptionOptions options; // null: unsubscribe
        final int identifier; // 0: none
        final Backoff backoff;
        long dueAt;
        boolean inFlight;

        Request(
                String filter,
                @Nullable SubscriptionOptions options,
                int identifier,
                Backoff backoff,
                long dueAt) {
            this.filter = filter;
            this.options = options;
            this.identifier = identifier;
            this.backoff = backoff;
            this.dueAt = dueAt;
        }
    }

    private record Pending(
            List<Request> requests, boolean subscribe, boolean identified, long deadline) {

        /// Its requests were repeated under another identifier.
        Pending late() {
            return new Pending(requests, subscribe, identified, Long.MAX_VALUE);
        }

        boolean isLate() {
            return deadline == Long.MAX_VALUE;
        }
    }

    /// Topic filters one SUBSCRIBE or UNSUBSCRIBE holds at most; some brokers take no more.
    private static final int FILTERS_MAX = 8;

    /// What SUBSCRIBE takes beside its filters, at most: header, packet identifier, properties.
    private static final int FIXED = 5 + 2 + 1 + 5;

    /// SUBSCRIBE and UNSUBSCRIBE packets without an answer. Each has a packet identifier, of which
    /// publishing needs the most; a late one keeps it, since the answer may still come.
    static final int UNANSWERED_MAX = 1_000;

    private final Step step;
    private final SubscriptionIds identifiers;
    private final Map<String, SubscriptionOptions> wanted = new LinkedHashMap<>();
    private final Map<String, Request> requests = new LinkedHashMap<>();
    private final Map<Integer, Pending> pending = new HashMap<>();

    /// Filters that are unwanted and have not ended: their end is still to be told.
    private final Set<String> leaving = new LinkedHashSet<>();

    Filters(Step step) {
        this.step = step;
        identifiers = new SubscriptionIds(step.state);
    }

    /// The filters that these subscription identifiers stand for; empty where none is known.
    List<String> of(List<Integer> subscriptionIdentifiers) {
        return subscriptionIdentifiers.isEmpty()
                ? List.of()
                : identifiers.filters(subscriptionIdentifiers);
    }

    void want(String filter, SubscriptionOptions options) {
        wanted.put(filter, options);
        leaving.remove(filter);
        request(filter, options);
    }

    void unwant(String filter) {
        wanted.remove(filter);
        leaving.add(filter);
        request(filter, null);
    }

    private void request(String filter, @Nullable SubscriptionOptions options) {
        requests.put(
                filter,
                new Request(
                        filter,
                        options,
                        options == null ? 0 : identifiers.of(filter),
                        new Backoff(step.settings.subscribeRetry()),
                        step.now));
    }

    /// A connection is accepted: plan the difference between what is granted and what is wanted.
    void connected(Limits limits) {
        for (String filter : List.copyOf(leaving)) {
            if (!step.state.granted.containsKey(filter)) {
                end(filter);
            }
        }
        requests.clear();
        for (String filter : step.state.granted.keySet()) {
            if (!wanted.containsKey(filter)) {
                request(filter, null);
            }
        }
        wanted.forEach((filter, options) -> {
            Grant grant = step.state.granted.get(filter);
            if (grant != null
                    && grant.options().equals(options)
                    && (grant.identifier() > 0 || !limits.subscriptionIdentifiers())) {
                step.effects.add(new Effect.FilterGranted(filter, options.maximumQos()));
            } else {
                request(filter, options);
            }
        });
    }

    /// The connection is gone: its requests die, their identifiers are free.
    void disconnected() {
        pending.keySet().forEach(step.state.ids::free);
        pending.clear();
        requests.values().removeIf(request -> request.options != null); // asked for anew
    }

    /// Sends what is due: a SUBSCRIBE for each filter with an identifier of its own, else for as
    /// many as one packet may hold.
    void send(ConnectionState connection, Limits limits) {
        if (requests.isEmpty() && pending.isEmpty()) {
            return;
        }
        expire();
        List<Request> subscribe = new ArrayList<>();
        List<Request> unsubscribe = new ArrayList<>();
        for (Request request : List.copyOf(requests.values())) {
            if (!request.inFlight && request.dueAt <= step.now) {
                if (!refused(request, connection, limits)) {
                    (request.options == null ? unsubscribe : subscribe).add(request);
                }
            }
        }
        int most = limits.subscriptionIdentifiers() ? 1 : FILTERS_MAX;
        for (List<Request> part : split(subscribe, most, limits)) {
            if (hasRoom()) {
                subscribe(connection, part, limits.subscriptionIdentifiers());
            }
        }
        for (List<Request> part : split(unsubscribe, FILTERS_MAX, limits)) {
            if (hasRoom()) {
                int id =
                        register(
                                part, false, false, step.settings.deadlines().unsuback().toNanos());
                List<String> asked = part.stream().map(request -> request.filter).toList();
                step.effects.send(connection.number, new Unsubscribe(id, asked, List.of()));
            }
        }
    }

    private void subscribe(ConnectionState connection, List<Request> part, boolean identified) {
        List<Subscribe.Request> asked = new ArrayList<>();
        for (Request request : part) {
            if (request.options != null) {
                asked.add(new Subscribe.Request(request.filter, request.options));
            }
        }
        long within = step.settings.deadlines().suback().toNanos();
        int id = register(part, true, identified, within);
        Integer identifier = identified ? part.getFirst().identifier : null;
        step.effects.send(connection.number, new Subscribe(id, asked, identifier, List.of()));
    }

    /// Pieces of at most `most` filters that fit into the broker's Maximum Packet Size
    /// `[MQTT-3.2.2-15]`.
    private static List<List<Request>> split(List<Request> requests, int most, Limits limits) {
        List<List<Request>> parts = new ArrayList<>();
        List<Request> part = new ArrayList<>();
        long size = 0;
        for (Request request : requests) {
            long more = size(request);
            if (part.size() == most
                    || (!part.isEmpty() && size + more > limits.maximumPacketSize() - FIXED)) {
                parts.add(part);
                part = new ArrayList<>();
                size = 0;
            }
            part.add(request);
            size += more;
        }
        if (!part.isEmpty()) {
            parts.add(part);
        }
        return parts;
    }

    private static long size(Request request) {
        return 3L + request.filter.getBytes(StandardCharsets.UTF_8).length;
    }

    /// What the broker or the version cannot have is not asked for, and never stripped to fit: the
    /// filter fails alone (law 7).
    private boolean refused(Request request, ConnectionState connection, Limits limits) {
        ReasonCode reason = obstacle(request, connection, limits);
        if (reason == null) {
            return false;
        }
        requests.remove(request.filter);
        if (request.options != null) {
            step.effects.tell(new ClientEvent.SubscriptionRefused(request.filter, reason, false));
        }
        giveUp(request, reason);
        return true;
    }

    private static @Nullable ReasonCode obstacle(
            Request request, ConnectionState connection, Limits limits) {
        if (size(request) + FIXED > limits.maximumPacketSize()) { // [MQTT-3.2.2-15]
            return ReasonCode.PACKET_TOO_LARGE;
        }
        SubscriptionOptions options = request.options;
        if (options == null) {
            return null;
        }
        boolean plain = options.equals(SubscriptionOptions.of(options.maximumQos()));
        if (connection.version == ProtocolVersion.V3_1_1 && !plain) {
            return ReasonCode.UNSUPPORTED_PROTOCOL_VERSION;
        }
        if (!limits.sharedSubscriptions() && request.filter.startsWith("$share/")) {
            return ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED;
        }
        if (!limits.wildcards()
                && (request.filter.indexOf('+') >= 0 || request.filter.indexOf('#') >= 0)) {
            return ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED;
        }
        return null;
    }

    private int register(
            List<Request> sent, boolean subscribe, boolean identified, long withinNanos) {
        int id = step.state.ids.next();
        sent.forEach(request -> request.inFlight = true);
        pending.put(id, new Pending(sent, subscribe, identified, step.now + withinNanos));
        return id;
    }

    private void expire() {
        List<Integer> late = new ArrayList<>();
        pending.forEach((id, request) -> {
            if (request.deadline - step.now <= 0) {
                late.add(id);
            }
        });
        for (int id : late) { // the identifier stays in use: the answer may still come
            Pending silent = pending.get(id);
            if (silent != null) {
                pending.put(id, silent.late());
                silent.requests.forEach(request -> again(request, null));
            }
        }
    }

    /// @return whether the packet answers a request of ours `[MQTT-2.2.1-6]` with one code a filter
    ///   `[MQTT-3.8.4-6]`
    boolean onSuback(Suback suback) {
        Pending answered = pending.get(suback.packetId());
        if (answered == null
                || !answered.subscribe
                || answered.requests.size() != suback.reasons().size()) {
            return false;
        }
        finish(suback.packetId());
        for (int i = 0; i < answered.requests.size(); i++) {
            Request request = answered.requests.get(i);
            ReasonCode reason = suback.reasons().get(i);
            if (!reason.isError()) {
                granted(answered, request, Qos.of(reason.value()));
            } else if (!answered.isLate()) {
                again(request, reason);
            }
        }
        return true;
    }

    private void granted(Pending answered, Request request, Qos qos) {
        if (request.options == null) {
            return;
        }
        int identifier = answered.identified ? request.identifier : 0;
        step.persist(new Change.Granted(request.filter, request.options, identifier));
        step.effects.tell(new ClientEvent.Subscribed(request.filter, qos));
        if (settle(request)) {
            step.effects.add(new Effect.FilterGranted(request.filter, qos));
        }
    }

    /// @return as [#onSuback]
    boolean onUnsuback(Unsuback unsuback) {
        Pending answered = pending.get(unsuback.packetId());
        boolean counted =
                answered != null
                        && (unsuback.reasons().isEmpty()
                                || unsuback.reasons().size() == answered.requests.size());
        if (answered == null || answered.subscribe || !counted) {
            return false;
        }
        finish(unsuback.packetId());
        for (int i = 0; i < answered.requests.size(); i++) {
            Request request = answered.requests.get(i);
            ReasonCode reason =
                    unsuback.reasons().isEmpty() ? ReasonCode.SUCCESS : unsuback.reasons().get(i);
            if (reason.isError()) {
                if (!answered.isLate()) {
                    again(request, reason);
                }
            } else {
                step.persist(new Change.Revoked(request.filter));
                if (settle(request) || !requests.containsKey(request.filter)) {
                    end(request.filter);
                }
            }
        }
        return true;
    }

    private void finish(int id) {
        pending.remove(id);
        step.state.ids.free(id);
    }

    /// @return whether the request is still the latest wish for its filter
    private boolean settle(Request request) {
        return requests.remove(request.filter, request);
    }

    /// @param reason of the broker's refusal; `null` where it gave no answer
    private void again(Request request, @Nullable ReasonCode reason) {
        if (requests.get(request.filter) != request) {
            return; // another wish took its place
        }
        long delay = request.backoff.nextNanos(step.jitter);
        boolean retrying = !request.backoff.exhausted();
        if (request.options != null) {
            step.effects.tell(
                    reason == null
                            ? new ClientEvent.SubscriptionUnanswered(request.filter, retrying)
                            : new ClientEvent.SubscriptionRefused(
                                    request.filter, reason, retrying));
        }
        if (retrying) {
            request.inFlight = false;
            request.dueAt = step.now + delay;
        } else {
            requests.remove(request.filter);
            giveUp(request, reason);
        }
    }

    /// No more is asked on this connection.
    private void giveUp(Request request, @Nullable ReasonCode reason) {
        if (request.options == null) {
            if (step.state.granted.containsKey(request.filter) || reason == null) {
                step.effects.add(new Effect.FilterKept(request.filter, reason));
            } else {
                end(request.filter);
            }
        } else {
            step.effects.add(
                    reason == null
                            ? new Effect.FilterUnanswered(request.filter)
                            : new Effect.FilterRefused(request.filter, reason));
        }
    }

    private void end(String filter) {
        if (wanted.containsKey(filter)) {
            return; // again, by now
        }
        identifiers.forget(filter);
        if (leaving.remove(filter)) {
            step.effects.add(new Effect.FilterEnded(filter));
        }
    }

    private boolean hasRoom() {
        return pending.size() < UNANSWERED_MAX && step.state.ids.available();
    }

    /// Whether the broker has answered none of so many for the time that one may take: nothing more
    /// can be asked for on this connection.
    boolean answersNothing() {
        return pending.size() >= UNANSWERED_MAX
                && pending.values().stream().allMatch(Pending::isLate);
    }

    long nextDeadline() {
        long next = Long.MAX_VALUE;
        for (Pending request : pending.values()) {
            next = Math.min(next, request.deadline);
        }
        for (Request request : requests.values()) {
            if (!request.inFlight && hasRoom()) {
                next = Math.min(next, request.dueAt);
            }
        }
        return next;
    }
}
