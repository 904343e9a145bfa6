package dev.caddis.agent.config;

/// Turns the text of one value into what it means.
@FunctionalInterface
interface Parser<T> {

    /// @throws Refused when `text` does not mean a `T`, or one out of bounds
    T parse(String text) throws Refused;
}
