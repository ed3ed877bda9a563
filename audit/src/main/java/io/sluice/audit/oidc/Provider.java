package io.sluice.audit.oidc;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
    private static final JWKSelector ANY = new JWKSelector(new JWKMatcher.Builder().build());

    private static final Logger LOG = LoggerFactory.getLogger(Provider.class);

    private final OidcConfig config;
    private final ProviderClient client;
    private final LongSupplier nanoTime;
    private final ReentrantLock asking = new ReentrantLock();
    private volatile @Nullable Known known;
    /** Guarded by {@link #asking}, as what follows. */
    private @Nullable ProviderUnavailableException fault;

    private long failedAt;

    private record Known(Published published, long at) {}

    /**
     * What the provider published.
     *
     * @param metadata its endpoints
     * @param keys chooses the key of a signature; of {@link #ALGORITHMS} alone
     */
    record Published(OIDCProviderMetadata metadata, JWSKeySelector<SecurityContext> keys) {}

    /** @param nanoTime a monotonic clock */
    Provider(OidcConfig config, ProviderClient client, LongSupplier nanoTime) {
        this.config = config;
        this.client = client;
        this.nanoTime = nanoTime;
    }

    /**
     * What it publishes. Where it does not answer, what is known counts for {@link OidcConfig#keysFor} longer. One asks at a
     * time, and nobody waits for that who can do with what is known.
     */
    Published published() throws ProviderUnavailableException {
        Known before = known;
        if (before != null && isYounger(before, METADATA_FOR)) {
            return before.published();
        }
        if (before == null || !counts(before)) {
            asking.lock();
        } else if (!asking.tryLock()) {
            return before.published();
        }
        try {
            return refreshed();
        } finally {
            asking.unlock();
        }
    }

    private Published refreshed() throws ProviderUnavailableException {
        Known before = known; // somebody may have asked meanwhile
        if (before != null && isYounger(before, METADATA_FOR)) {
            return before.published();
        }
        ProviderUnavailableException last = fault;
        if (last == null || nanoTime.getAsLong() - failedAt >= PAUSE.toNanos()) {
            try {
                Published fresh = ask(before == null ? null : before.published());
                known = new Known(fresh, nanoTime.getAsLong());
                fault = null;
                return fresh;
            } catch (IOException | ParseException e) {
                String why = "the OpenID provider " + config.issuer() + " cannot be used: " + e.getMessage();
                boolean told = e instanceof IOException || last != null && why.equals(last.getMessage());
                if (!told) {
                    LOG.warn("{}", why);
                }
                last = new ProviderUnavailableException(why, e);
                fault = last;
                failedAt = nanoTime.getAsLong(); // the pause begins when the asking ends
            }
        }
        if (before != null && counts(before)) {
            return before.published();
        }
        throw last;
    }

    private boolean counts(Known before) {
        return isYounger(before, METADATA_FOR.plus(config.keysFor()));
    }

    private boolean isYounger(Known before, Duration age) {
        return nanoTime.getAsLong() - before.at() < age.toNanos();
    }

    private Published ask(@Nullable Published before) throws IOException, ParseException {
        String issuer = config.issuer();
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        OIDCProviderMetadata metadata = OIDCProviderMetadata.parse(
                client.retrieveResource(URI.create(base + WELL_KNOWN).toURL()).getContent());
        if (!metadata.getIssuer().getValue().equals(issuer)) {
            throw new ParseException("it calls itself " + metadata.getIssuer());
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
        return new Published(metadata, new JWSVerificationKeySelector<>(ALGORITHMS, known(keys)));
    }

    /**
     * A key that is asked for while the keys may not be asked for again is not the provider's, where its keys are known.
     * Without that everybody could make a bad token look like an outage.
     */
    private static JWKSource<SecurityContext> known(JWKSource<SecurityContext> keys) {
        return (selector, context) -> {
            try {
                return keys.get(selector, context);
            } catch (RateLimitReachedException e) {
                if (keys.get(ANY, context).isEmpty()) { // throws where none are known
                    throw e;
                }
                return List.of();
            }
        };
    }
}
