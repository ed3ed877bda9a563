package io.sluice.audit.oidc;

import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The OpenID provider whose word counts, and what it calls us.
 *
 * @param issuer its issuer, as in its tokens; https, or http on this machine
 * @param clientId the console's id at the provider
 * @param clientSecret its secret; null for a public client, which has PKCE alone
 * @param audience what access tokens for the API must be for; not the client id, so that no ID token passes for one
 * @param groupsClaim the claim that names a person's groups, an array of texts
 * @param redirect where the provider sends browsers back to: this console's {@link CodeFlow#CALLBACK}
 * @param tls whom to trust as the provider; null for what the JVM trusts
 * @param clockSkew how far its clock and ours may be apart
 * @param keysFor how long its keys are used before they are asked for again; longer than that nothing it signed is accepted
 *     while it does not answer
 * @param session how long a browser stays signed in
 */
public record OidcConfig(
        String issuer,
        String clientId,
        @Nullable String clientSecret,
        String audience,
        String groupsClaim,
        URI redirect,
        @Nullable SSLContext tls,
        Duration clockSkew,
        Duration keysFor,
        Duration session) {
    /** Checks each; the message names the setting at fault. */
    public OidcConfig {
        URI parsed = uri("issuer", issuer);
        require(parsed.getQuery() == null && parsed.getFragment() == null, "issuer has neither query nor fragment");
        require(!clientId.isBlank(), "clientId is needed: the console's id at the provider");
        require(!audience.isBlank(), "audience is needed: what access tokens for the API are for");
        require(
                !audience.equals(clientId),
                "audience must not be clientId: an ID token would pass for an access token");
        require(!groupsClaim.isBlank(), "groupsClaim is needed: the claim that names a person's groups");
        uri("redirect", redirect.toString());
        require(
                CodeFlow.CALLBACK.equals(redirect.getPath()) && redirect.getQuery() == null,
                "redirect must end in " + CodeFlow.CALLBACK);
        Objects.requireNonNull(session, "session is null");
        range("clockSkew", clockSkew, Duration.ZERO, Duration.ofMinutes(2));
        range("keysFor", keysFor, Duration.ofMillis(100), Duration.ofHours(1));
        range("session", session, Duration.ofMinutes(1), Duration.ofHours(12));
    }

    private static URI uri(String name, String text) {
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + " is no address: " + e.getMessage(), e);
        }
        boolean here = "localhost".equals(uri.getHost()) || "127.0.0.1".equals(uri.getHost());
        require(
                uri.getHost() != null && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()) && here),
                name + " must be an https address (http on this machine alone)");
        return uri;
    }

    private static void range(String name, Duration value, Duration least, Duration most) {
        require(value.compareTo(least) >= 0 && value.compareTo(most) <= 0, name + " must be " + least + " to " + most);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
