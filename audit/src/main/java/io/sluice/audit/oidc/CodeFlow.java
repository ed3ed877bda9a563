package io.sluice.audit.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import io.sluice.audit.access.Visitor;
import io.sluice.core.encoding.Sha256;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The sign-in of a browser: authorization code flow (OpenID Connect Core 1.0 section 3.1) with PKCE (RFC 7636, S256), a state
 * that is bound to the browser by a cookie, a nonce, and the issuer's name in its answer (RFC 9207). What was begun is good
 * once, for minutes, and kept in memory. Thread-safe; blocks on the provider.
 */
public final class CodeFlow {
    /** Where the provider sends browsers back to. */
    public static final String CALLBACK = "/console/oidc/callback";
    /** Binds a sign-in that was begun to its browser. Lax: the way back comes from the provider's pages. */
    public static final String COOKIE = "__Host-sluice-sign-in";

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final int MAX_BEGUN = 1_000;

    private final OidcConfig config;
    private final Provider provider;
    private final ProviderClient client;
    private final Clock clock;
    /** By the hash of the cookie; guarded by itself. */
    private final Map<String, Begun> begun = new LinkedHashMap<>();

    private record Begun(State state, Nonce nonce, CodeVerifier verifier, Instant ends) {}

    /**
     * A sign-in that was begun.
     *
     * @param location where the browser goes: the provider
     * @param cookie the {@code Set-Cookie} header that goes with it
     */
    public record Start(String location, String cookie) {}

    CodeFlow(OidcConfig config, Provider provider, ProviderClient client, Clock clock) {
        this.config = config;
        this.provider = provider;
        this.client = client;
        this.clock = clock;
    }

    /** Begins one. @throws ProviderUnavailableException where the provider does not answer */
    public Start begin() throws ProviderUnavailableException {
        OIDCProviderMetadata metadata = provider.published().metadata();
        Begun sign = new Begun(
                new State(), new Nonce(), new CodeVerifier(), clock.instant().plus(PATIENCE));
        String cookie = new State(32).getValue();
        synchronized (begun) {
            begun.values().removeIf(one -> !clock.instant().isBefore(one.ends()));
            if (begun.size() >= MAX_BEGUN) {
                begun.remove(begun.keySet().iterator().next());
            }
            begun.put(hash(cookie), sign);
        }
        URI location = new AuthenticationRequest.Builder(
                        ResponseType.CODE, new Scope("openid"), new ClientID(config.clientId()), config.redirect())
                .endpointURI(metadata.getAuthorizationEndpointURI())
                .state(sign.state())
                .nonce(sign.nonce())
                .codeChallenge(sign.verifier(), CodeChallengeMethod.S256)
                .build()
                .toURI();
        return new Start(
                location.toString(),
                COOKIE + "=" + cookie + "; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=" + PATIENCE.toSeconds());
    }

    /** Takes the cookie of a sign-in back. */
    public static String forgotten() {
        return COOKIE + "=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0";
    }

    /**
     * Ends one: who came back.
     *
     * @param cookie of the browser; null for none
     * @param answer the parameters that the provider sent
     * @throws NotProvedException where that proves nobody
     * @throws ProviderUnavailableException where the provider does not answer
     */
    public Visitor finish(@Nullable String cookie, Map<String, String> answer)
            throws NotProvedException, ProviderUnavailableException {
        Begun sign = begun(cookie)
                .orElseThrow(() -> new NotProvedException("This browser did not begin this sign-in, or more than "
                        + PATIENCE.toMinutes() + " minutes ago."));
        if (!same(sign.state().getValue(), answer.getOrDefault("state", ""))) {
            throw new NotProvedException("The answer belongs to another sign-in.");
        }
        OIDCProviderMetadata metadata = provider.published().metadata();
        String issuer = answer.get("iss");
        if (issuer == null
                ? metadata.supportsAuthorizationResponseIssuerParam()
                : !issuer.equals(config.issuer())) { // RFC 9207 section 2.4
            throw new NotProvedException("The answer is not that of the provider.");
        }
        if (answer.containsKey("error")) {
            throw new NotProvedException("The provider did not sign you in.");
        }
        String code = answer.get("code");
        if (code == null || code.isEmpty()) {
            throw new NotProvedException("The answer holds no code.");
        }
        return visitor(redeem(metadata, code, sign), sign);
    }

    private Optional<Begun> begun(@Nullable String cookie) {
        synchronized (begun) {
            return Optional.ofNullable(cookie == null ? null : begun.remove(hash(cookie)))
                    .filter(one -> clock.instant().isBefore(one.ends()));
        }
    }

    private OIDCTokenResponse redeem(OIDCProviderMetadata metadata, String code, Begun sign)
            throws NotProvedException, ProviderUnavailableException {
        AuthorizationCodeGrant grant =
                new AuthorizationCodeGrant(new AuthorizationCode(code), config.redirect(), sign.verifier());
        ClientID id = new ClientID(config.clientId());
        String secret = config.clientSecret();
        URI endpoint = metadata.getTokenEndpointURI();
        TokenRequest request = secret == null
                ? new TokenRequest.Builder(endpoint, id, grant).build()
                : new TokenRequest.Builder(endpoint, new ClientSecretBasic(id, new Secret(secret)), grant).build();
        TokenResponse response;
        try {
            response = OIDCTokenResponseParser.parse(request.toHTTPRequest().send(client));
        } catch (IOException | ParseException e) {
            throw new ProviderUnavailableException(
                    "the token endpoint of " + config.issuer() + " does not answer as one does: " + e.getMessage(), e);
        }
        if (!response.indicatesSuccess()) {
            throw new NotProvedException("The provider does not take the code.");
        }
        return (OIDCTokenResponse) response.toSuccessResponse();
    }

    private Visitor visitor(OIDCTokenResponse response, Begun sign)
            throws NotProvedException, ProviderUnavailableException {
        IDTokenValidator validator = new IDTokenValidator(
                new Issuer(config.issuer()),
                new ClientID(config.clientId()),
                provider.published().keys(),
                null);
        validator.setMaxClockSkew((int) config.clockSkew().toSeconds());
        try {
            IDTokenClaimsSet said = validator.validate(response.getOIDCTokens().getIDToken(), sign.nonce());
            return Claims.visitor(config, said.getSubject().getValue(), said.getClaim(config.groupsClaim()));
        } catch (KeySourceException e) {
            throw new ProviderUnavailableException(
                    "the keys of the OpenID provider " + config.issuer() + " cannot be had: " + e.getMessage(), e);
        } catch (BadJOSEException | JOSEException e) {
            throw new NotProvedException("The provider's ID token does not hold.", e);
        }
    }

    private static boolean same(String left, String right) {
        return MessageDigest.isEqual(left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));
    }

    private static String hash(String token) {
        return Sha256.hex(token.getBytes(StandardCharsets.UTF_8));
    }
}
