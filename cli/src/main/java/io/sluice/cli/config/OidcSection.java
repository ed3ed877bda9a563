package io.sluice.cli.config;

import io.sluice.audit.oidc.OidcConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The OpenID provider whose word lets readers in, beside client certificates.
 *
 * @param issuer its issuer, as in its tokens; empty for none: then certificates alone count
 * @param clientId the console's id at the provider
 * @param publicClient whether it has no secret there, and PKCE alone
 * @param clientSecretFile file that holds its secret, mode 600; read at the start
 * @param audience what access tokens for the API must be for
 * @param groupsClaim the claim that names a person's groups
 * @param redirect where the provider sends browsers back to
 * @param trust PEM file of the authorities whose certificate the provider has
 * @param clockSkew how far its clock and ours may be apart
 * @param keysFor how long its keys are used before they are asked for again
 * @param session how long a browser stays signed in
 */
public record OidcSection(
        String issuer,
        String clientId,
        boolean publicClient,
        Path clientSecretFile,
        String audience,
        String groupsClaim,
        String redirect,
        Path trust,
        Duration clockSkew,
        Duration keysFor,
        Duration session) {
    /** Checks ranges. */
    public OidcSection {
        if (!issuer.isEmpty()) {
            settings(null, null, issuer, clientId, audience, groupsClaim, redirect, clockSkew, keysFor, session);
        }
    }

    static OidcSection defaults(Path folder, Path certs) {
        return new OidcSection(
                "",
                "sluice-console",
                false,
                folder.resolve("keys/oidc-secret"),
                "sluice-audit",
                "groups",
                "https://localhost:8447/console/oidc/callback",
                certs.resolve("root.crt.pem"),
                Duration.ofSeconds(30),
                Duration.ofMinutes(5),
                Duration.ofHours(1));
    }

    /**
     * The same as the console takes it.
     *
     * @param secret of the client; null for a public one
     * @param tls whom to trust as the provider
     */
    public OidcConfig settings(@Nullable String secret, SSLContext tls) {
        return settings(secret, tls, issuer, clientId, audience, groupsClaim, redirect, clockSkew, keysFor, session);
    }

    private static OidcConfig settings(
            @Nullable String secret,
            @Nullable SSLContext tls,
            String issuer,
            String clientId,
            String audience,
            String groupsClaim,
            String redirect,
            Duration clockSkew,
            Duration keysFor,
            Duration session) {
        return new OidcConfig(
                issuer,
                clientId,
                secret,
                audience,
                groupsClaim,
                URI.create(redirect),
                tls,
                clockSkew,
                keysFor,
                session);
    }
}
