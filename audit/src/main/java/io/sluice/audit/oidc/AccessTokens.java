package io.sluice.audit.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.sluice.audit.access.Visitor;
import java.text.ParseException;
import java.time.Clock;
import java.util.Date;
import java.util.HashSet;
import java.util.Set;

/**
 * Access tokens in the profile of RFC 9068: type {@code at+jwt}, signed by the provider under an algorithm of a fixed list, for
 * our audience, not expired and already valid. An ID token, a token for somebody else, one without a signature or with an HMAC
 * of a public key proves nobody (RFC 8725). Thread-safe; blocks where the provider's keys have to be asked for.
 */
public final class AccessTokens {
    private static final DefaultJOSEObjectTypeVerifier<SecurityContext> TYPES =
            new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("at+jwt"), new JOSEObjectType("application/at+jwt"));
    /** RFC 9068 section 2.2. */
    private static final Set<String> REQUIRED = Set.of("iss", "exp", "aud", "sub", "client_id", "iat", "jti");

    private final OidcConfig config;
    private final Provider provider;
    private final DefaultJWTClaimsVerifier<SecurityContext> claims;

    AccessTokens(OidcConfig config, Provider provider, Clock clock) {
        this.config = config;
        this.provider = provider;
        this.claims =
                new DefaultJWTClaimsVerifier<>(
                        new HashSet<>(Set.of(config.audience())), // it is asked whether null is in it
                        new JWTClaimsSet.Builder().issuer(config.issuer()).build(),
                        REQUIRED,
                        Set.of()) {
                    @Override
                    protected Date currentTime() {
                        return Date.from(clock.instant());
                    }
                };
        claims.setMaxClockSkew((int) config.clockSkew().toSeconds());
    }

    /**
     * Whom a token stands for.
     *
     * @throws NotProvedException where it stands for nobody
     * @throws ProviderUnavailableException where that cannot be told, because the provider does not answer
     */
    public Visitor visitor(String token) throws NotProvedException, ProviderUnavailableException {
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSTypeVerifier(TYPES);
        processor.setJWTClaimsSetVerifier(claims);
        processor.setJWSKeySelector(provider.published().keys());
        try {
            JWTClaimsSet said = processor.process(token, null);
            return Claims.visitor(config, said.getSubject(), said.getClaim(config.groupsClaim()));
        } catch (KeySourceException e) {
            throw new ProviderUnavailableException(
                    "the keys of the OpenID provider " + config.issuer() + " cannot be had: " + e.getMessage(), e);
        } catch (BadJOSEException e) {
            throw new NotProvedException("It is no access token for this API: " + reason(e) + ".", e);
        } catch (ParseException | JOSEException e) {
            throw new NotProvedException("It is no access token for this API: it is no signed JWT.", e);
        }
    }

    /** In our words: the library's repeat what was sent. */
    private static String reason(BadJOSEException fault) {
        String said = String.valueOf(fault.getMessage());
        if (said.contains("Expired")) {
            return "it has expired";
        }
        if (said.contains("before use")) {
            return "it is not valid yet";
        }
        if (said.contains("audience")) {
            return "it is for another audience";
        }
        if (said.contains("iss claim")) {
            return "it is of another issuer";
        }
        if (said.contains("typ")) {
            return "its type is not at+jwt (RFC 9068)";
        }
        if (said.contains("missing required claims")) {
            return "it lacks a claim of RFC 9068";
        }
        return "its signature is not the provider's, or its algorithm is not accepted";
    }
}
