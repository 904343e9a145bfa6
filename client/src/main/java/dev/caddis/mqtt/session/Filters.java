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

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
        final Backoff backoff;
        long dueAt;
        boolean inFlight;

        Request(String filter, @Nullable SubscriptionOptions options, Backoff backoff, long dueAt) {
            this.filter = filter;
            this.options = options;
            this.backoff = backoff;
            this.dueAt = dueAt;
        }
    }

    private record Pending(List<Request> requests, boolean subscribe, long deadline) {

        /// Its requests were repeated under another identifier.
        Pending late() {
            return new Pending(requests, subscribe, Long.MAX_VALUE);
        }

        boolean isLate() {
            return deadline == Long.MAX_VALUE;
        }
    }

    private final Step step;
    private final Map<String, SubscriptionOptions> wanted = new LinkedHashMap<>();
    private final Map<String, Request> requests = new LinkedHashMap<>();
    private final Map<Integer, Pending> pending = new HashMap<>();

    Filters(Step step) {
        this.step = step;
    }

    void want(String filter, SubscriptionOptions options) {
        wanted.put(filter, options);
        request(filter, options);
    }

    void unwant(String filter) {
        wanted.remove(filter);
        request(filter, null);
    }

    private void request(String filter, @Nullable SubscriptionOptions options) {
        requests.put(
                filter,
                new Request(
                        filter, options, new Backoff(step.settings.subscribeRetry()), step.now));
    }

    /// A connection is accepted: plan the difference between what is granted and what is wanted.
    void connected() {
        for (Request request : requests.values()) {
            if (request.options == null && !step.state.granted.containsKey(request.filter)) {
                step.effects.add(new Effect.FilterEnded(request.filter));
            }
        }
        requests.clear();
        for (String filter : step.state.granted.keySet()) {
            if (!wanted.containsKey(filter)) {
                request(filter, null);
            }
        }
        wanted.forEach((filter, options) -> {
            if (options.equals(step.state.granted.get(filter))) {
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

    /// Sends what is due, in one SUBSCRIBE and one UNSUBSCRIBE.
    void send(ConnectionState connection) {
        if (requests.isEmpty() && pending.isEmpty()) {
            return;
        }
        expire();
        if (connection.version == ProtocolVersion.V3_1_1) {
            refuseWhatNeedsMqtt5();
        }
        List<Request> subscribe = new ArrayList<>();
        List<Request> unsubscribe = new ArrayList<>();
        for (Request request : requests.values()) {
            if (!request.inFlight && request.dueAt <= step.now) {
                (request.options == null ? unsubscribe : subscribe).add(request);
            }
        }
        if (!subscribe.isEmpty() && step.state.ids.available()) {
            List<Subscribe.Request> asked = new ArrayList<>();
            for (Request request : subscribe) {
                if (request.options != null) {
                    asked.add(new Subscribe.Request(request.filter, request.options));
                }
            }
            int id = register(subscribe, true, step.settings.deadlines().suback().toNanos());
            step.effects.send(connection.number, new Subscribe(id, asked, null, List.of()));
        }
        if (!unsubscribe.isEmpty() && step.state.ids.available()) {
            int id = register(unsubscribe, false, step.settings.deadlines().unsuback().toNanos());
            List<String> asked = unsubscribe.stream().map(request -> request.filter).toList();
            step.effects.send(connection.number, new Unsubscribe(id, asked, List.of()));
        }
    }

    /// An option is never stripped to fit 3.1.1: the filter fails alone (law 7).
    private void refuseWhatNeedsMqtt5() {
        List<Request> refused = requests.values().stream().filter(Filters::needsMqtt5).toList();
        for (Request request : refused) {
            ReasonCode reason = ReasonCode.UNSUPPORTED_PROTOCOL_VERSION;
            requests.remove(request.filter);
            step.effects.tell(new ClientEvent.SubscriptionRefused(request.filter, reason, false));
            step.effects.add(new Effect.FilterRefused(request.filter, reason));
        }
    }

    private static boolean needsMqtt5(Request request) {
        SubscriptionOptions options = request.options;
        return options != null && !options.equals(SubscriptionOptions.of(options.maximumQos()));
    }

    private int register(List<Request> sent, boolean subscribe, long withinNanos) {
        int id = step.state.ids.next();
        sent.forEach(request -> request.inFlight = true);
        pending.put(id, new Pending(sent, subscribe, step.now + withinNanos));
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
                silent.requests.forEach(request -> again(request, ReasonCode.UNSPECIFIED_ERROR));
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
                granted(request, Qos.of(reason.value()));
            } else if (!answered.isLate()) {
                again(request, reason);
            }
        }
        return true;
    }

    private void granted(Request request, Qos qos) {
        if (request.options == null) {
            return;
        }
        step.persist(new Change.Granted(request.filter, request.options));
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
                if (settle(request)) {
                    step.effects.add(new Effect.FilterEnded(request.filter));
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

    private void again(Request request, ReasonCode reason) {
        if (requests.get(request.filter) != request) {
            return; // another wish took its place
        }
        long delay = request.backoff.nextNanos(step.jitter);
        boolean retrying = !request.backoff.exhausted();
        if (request.options != null) {
            step.effects.tell(
                    new ClientEvent.SubscriptionRefused(request.filter, reason, retrying));
        }
        if (retrying) {
            request.inFlight = false;
            request.dueAt = step.now + delay;
        } else {
            requests.remove(request.filter);
            step.effects.add(
                    request.options != null
                            ? new Effect.FilterRefused(request.filter, reason)
                            : new Effect.FilterEnded(request.filter));
        }
    }

    long nextDeadline() {
        long next = Long.MAX_VALUE;
        for (Pending request : pending.values()) {
            next = Math.min(next, request.deadline);
        }
        for (Request request : requests.values()) {
            if (!request.inFlight && step.state.ids.available()) {
                next = Math.min(next, request.dueAt);
            }
        }
        return next;
    }
}
