package io.sluice.audit.oidc;

import java.time.Clock;
import java.time.Duration;

/**
 * Both ways in by one provider.
 *
 * @param tokens of programs, at the API
 * @param browsers of people, at the console
 * @param session how long a browser stays signed in
 */
public record Oidc(AccessTokens tokens, CodeFlow browsers, Duration session) {
    /** Asks the provider for nothing yet. */
    public static Oidc of(OidcConfig config, Clock clock) {
        ProviderClient client = new ProviderClient(config.tls(), ProviderClient.TIMEOUT);
        Provider provider = new Provider(config, client, System::nanoTime);
        return new Oidc(
                new AccessTokens(config, provider, clock),
                new CodeFlow(config, provider, client, clock),
                config.session());
    }
}
