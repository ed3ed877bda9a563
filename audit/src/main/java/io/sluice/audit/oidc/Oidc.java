package io.sluice.audit.oidc;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Both ways in by one provider.
 *
 * @param tokens of programs, at the API
 * @param browsers of people, at the console
 * @param session how long a browser stays signed in
 * @param outage asks the provider where it was not asked of late, which blocks for seconds, and says why nobody can come in by
 *     it; empty where they can
 */
public record Oidc(AccessTokens tokens, CodeFlow browsers, Duration session, Supplier<Optional<String>> outage) {
    /** Asks the provider for nothing yet. */
    public static Oidc of(OidcConfig config, Clock clock) {
        ProviderClient client = new ProviderClient(config.tls(), ProviderClient.TIMEOUT);
        Provider provider = new Provider(config, client, System::nanoTime);
        return new Oidc(
                new AccessTokens(config, provider, clock),
                new CodeFlow(config, provider, client, clock),
                config.session(),
                () -> outage(provider));
    }

    private static Optional<String> outage(Provider provider) {
        try {
            provider.published();
            return Optional.empty();
        } catch (ProviderUnavailableException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
