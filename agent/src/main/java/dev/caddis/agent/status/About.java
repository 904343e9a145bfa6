package dev.caddis.agent.status;

import java.util.List;

/// What the configuration says of the agent.
///
/// @param broker its URL
/// @param filters what the agent subscribes to
public record About(
        String deviceId, String clientId, String version, String broker, List<String> filters) {

    public About {
        filters = List.copyOf(filters);
    }
}
