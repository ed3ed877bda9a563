package io.sluice.audit.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jwt.JWT;
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
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The sign-in of a browser: authorization code flow (OpenID Connect Core 1.0 section 3.1) with PKCE (RFC 7636, S256), a state
 * that is bound to the browser by a cookie, a nonce, and the issuer's name in its answer (RFC 9207). What was begun is good
 * once, for minutes, until the process ends; nothing is kept of it before it comes back, so that nobody can push out what
 * another began: state, nonce and verifier are derived of the cookie under a key of this process. Thread-safe; blocks on the
 * provider.
 */
public final class CodeFlow {
    /** Where the provider sends browsers back to. */
    public static final String CALLBACK = "/console/oidc/callback";
    /** Binds a sign-in that was begun to its browser. Lax: the way back comes from the provider's pages. */
    public static final String COOKIE = "__Host-sluice-sign-in";

    /** Below it is what may wait for the provider. */
    public static final String PREFIX = "/console/oidc/";

    private static final Pattern COOKIE_FORM = Pattern.compile("([0-9]{1,12})\\.[A-Za-z0-9_-]{43}");
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final int MAX_ENDED = 10_000;
    private static final int KEY_BYTES = 32;
    private static final JWSHeader HS256 = new JWSHeader(JWSAlgorithm.HS256);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final OidcConfig config;
    private final Provider provider;
    private final ProviderClient client;
    private final Clock clock;
    private final MACSigner key;
    /** Cookies that came back, each with the end of its time; guarded by itself. The provider takes a code once, too. */
    private final Map<String, Instant> ended = new LinkedHashMap<>();

    private record Begun(State state, Nonce nonce, CodeVerifier verifier) {}

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
        this.key = newKey();
    }

    private static MACSigner newKey() {
        byte[] random = new byte[KEY_BYTES];
        RANDOM.nextBytes(random);
        try {
            return new MACSigner(random);
        } catch (JOSEException e) {
            throw new IllegalStateException("a key of " + KEY_BYTES + " bytes is one for HMAC-SHA-256", e);
        }
    }

    /** Begins one. @throws ProviderUnavailableException where the provider does not answer */
    public Start begin() throws ProviderUnavailableException {
        OIDCProviderMetadata metadata = provider.published().metadata();
        String cookie = clock.instant().plus(PATIENCE).getEpochSecond() + "." + new State(KEY_BYTES).getValue();
        Begun sign = begun(cookie);
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
        Instant ends = ends(cookie);
        if (cookie == null || !clock.instant().isBefore(ends)) {
            throw notBegun();
        }
        Begun sign = begun(cookie);
        if (!same(sign.state().getValue(), answer.getOrDefault("state", ""))) {
            throw new NotProvedException("The answer belongs to another sign-in.");
        }
        end(cookie, ends);
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

    /** The end of its time, as the cookie says it; a cookie that says another has another state. */
    private static Instant ends(@Nullable String cookie) {
        Matcher form = COOKIE_FORM.matcher(cookie == null ? "" : cookie);
        return form.matches() ? Instant.ofEpochSecond(Long.parseLong(form.group(1))) : Instant.MIN;
    }

    private static NotProvedException notBegun() {
        return new NotProvedException(
                "This browser did not begin this sign-in, or more than " + PATIENCE.toMinutes() + " minutes ago.");
    }

    private void end(String cookie, Instant ends) throws NotProvedException {
        Instant now = clock.instant();
        synchronized (ended) {
            ended.values().removeIf(end -> !now.isBefore(end));
            if (ended.size() >= MAX_ENDED) {
                ended.remove(ended.keySet().iterator().next());
            }
            if (ended.putIfAbsent(hash(cookie), ends) != null) {
                throw notBegun();
            }
        }
    }

    private Begun begun(String cookie) {
        return new Begun(
                new State(derived("state", cookie)),
                new Nonce(derived("nonce", cookie)),
                new CodeVerifier(derived("verifier", cookie)));
    }

    /** 43 characters: HMAC-SHA-256, of which nobody without the key knows one. */
    private String derived(String what, String cookie) {
        try {
            return key.sign(HS256, (what + " " + cookie).getBytes(StandardCharsets.UTF_8))
                    .toString();
        } catch (JOSEException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
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
            JWT token = response.getOIDCTokens().getIDToken();
            if (token == null) {
                throw new NotProvedException("The provider's answer holds no ID token.");
            }
            IDTokenClaimsSet said = validator.validate(token, sign.nonce());
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
