package dev.caddis.mqtt;

import dev.caddis.mqtt.engine.Authentication;
import dev.caddis.mqtt.packet.Bytes;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/// An application's [Authenticator] as the engine knows it.
final class AuthenticatorAdapter implements Authentication {

    private final Authenticator authenticator;

    AuthenticatorAdapter(Authenticator authenticator) {
        this.authenticator = authenticator;
    }

    @Override
    public String method() {
        return authenticator.method();
    }

    @Override
    public Exchange begin() throws Exception {
        Authenticator.Exchange exchange = authenticator.begin();
        return new Exchange() {
            @Override
            public @Nullable Bytes first() throws Exception {
                return bytes(exchange.first());
            }

            @Override
            public @Nullable Bytes answer(@Nullable Bytes challenge) throws Exception {
                return bytes(exchange.answer(array(challenge)));
            }

            @Override
            public void verify(@Nullable Bytes last) throws Exception {
                exchange.verify(array(last));
            }
        };
    }

    private static @Nullable Bytes bytes(Optional<byte[]> data) {
        return data.map(Bytes::copyOf).orElse(null);
    }

    private static Optional<byte[]> array(@Nullable Bytes data) {
        return Optional.ofNullable(data).map(Bytes::toByteArray);
    }
}
