package io.sluice.audit.oidc;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the provider publishes of itself (OpenID Connect Discovery 1.0), and its keys. Both are asked for when they are needed,
 * kept for a time, and not asked for again at once where they did not come. A key that is not known makes the keys be asked
 * for once more, so that a rotation is followed, and not more often than some time. Thread-safe; blocks.
 */
final class Provider {
    /**
     * Signatures by a private key that the provider alone has. Neither {@code none} nor an HMAC, whose key would be public
     * (RFC 8725 sections 2.1, 3.1, 3.2).
     */
    static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    private static final String WELL_KNOWN = "/.well-known/openid-configuration";
    private static final Duration METADATA_FOR = Duration.ofHours(1);
    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_KEY_PAUSE = Duration.ofSeconds(30);
    private static final long REFRESH_MS = 10_000;

    private final OidcConfig config;
    private final ProviderClient client;
    private @Nullable Published published;
    private long askedAt;
    private @Nullable ProviderUnavailableException fault;

    /**
     * What the provider published.
     *
     * @param metadata its endpoints
     * @param keys chooses the key of a signature; of {@link #ALGORITHMS} alone
     */
    record Published(OIDCProviderMetadata metadata, JWSKeySelector<SecurityContext> keys) {}

    Provider(OidcConfig config, ProviderClient client) {
        this.config = config;
        this.client = client;
    }

    synchronized Published published() throws ProviderUnavailableException {
        long now = System.nanoTime();
        Published known = published;
        if (known != null && now - askedAt < METADATA_FOR.toNanos()) {
            return known;
        }
        ProviderUnavailableException last = fault;
        if (last != null && now - askedAt < PAUSE.toNanos()) {
            throw last;
        }
        askedAt = now;
        try {
            known = ask(known);
            published = known;
            fault = null;
            return known;
        } catch (IOException | ParseException e) {
            published = null;
            fault = new ProviderUnavailableException(
                    "the OpenID provider " + config.issuer() + " cannot be used: " + e.getMessage(), e);
            throw fault;
        }
    }

    private Published ask(@Nullable Published before) throws IOException, ParseException {
        String issuer = config.issuer();
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        OIDCProviderMetadata metadata = OIDCProviderMetadata.parse(
                client.retrieveResource(URI.create(base + WELL_KNOWN).toURL()).getContent());
        if (!metadata.getIssuer().getValue().equals(issuer)) {
            throw new IOException("it calls itself " + metadata.getIssuer());
        }
        if (before != null && before.metadata().getJWKSetURI().equals(metadata.getJWKSetURI())) {
            return new Published(metadata, before.keys()); // what is known of its keys stays known
        }
        long keysFor = config.keysFor().toMillis();
        JWKSource<SecurityContext> keys = JWKSourceBuilder.<SecurityContext>create(
                        metadata.getJWKSetURI().toURL(), client)
                .cache(keysFor, REFRESH_MS)
                .refreshAheadCache(false)
                .rateLimited(Math.min(LONGEST_KEY_PAUSE.toMillis(), keysFor / 4))
                .build();
        return new Published(metadata, new JWSVerificationKeySelector<>(ALGORITHMS, keys));
    }
}
