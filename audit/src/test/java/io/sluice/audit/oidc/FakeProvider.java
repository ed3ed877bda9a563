package io.sluice.audit.oidc;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullUnmarked;

/** A provider that says what a test wants it to: for what a well-kept one never does. */
@NullUnmarked // what is null here fails the test
final class FakeProvider implements AutoCloseable {
    static final String AUDIENCE = "sluice-audit";
    static final String CLIENT = "sluice-console";

    private final HttpServer server;
    final AtomicInteger keysAsked = new AtomicInteger();
    volatile RSAKey key = newKey("one");
    volatile boolean away;
    /** Sends the head of its answers, and the body never. */
    volatile boolean stalls;
    /** Answers a code with an access token alone. */
    volatile boolean forgetsIdToken;
    /** Of the token endpoint; the ID token of a code is made of the request's parameters. */
    volatile UnaryOperator<JWTClaimsSet.Builder> idToken = claims -> claims;

    volatile Map<String, String> lastTokenRequest = Map.of();
    volatile String nonce = "";

    FakeProvider() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "fake-provider");
            thread.setDaemon(true);
            return thread;
        }));
        server.createContext(
                "/.well-known/openid-configuration", exchange -> answer(exchange, """
                {"issuer": "%1$s", "authorization_endpoint": "%1$s/auth", "token_endpoint": "%1$s/token",
                 "jwks_uri": "%1$s/jwks", "subject_types_supported": ["public"], "response_types_supported": ["code"],
                 "id_token_signing_alg_values_supported": ["RS256"],
                 "authorization_response_iss_parameter_supported": true}""".formatted(issuer())));
        server.createContext("/jwks", exchange -> {
            keysAsked.incrementAndGet();
            answer(exchange, new JWKSet(key.toPublicJWK()).toString());
        });
        server.createContext("/token", exchange -> {
            Map<String, String> asked = new HashMap<>();
            for (String pair : new String(exchange.getRequestBody().readAllBytes(), UTF_8).split("&")) {
                asked.put(pair.split("=")[0], URLDecoder.decode(pair.split("=", 2)[1], UTF_8));
            }
            lastTokenRequest = asked;
            String token = sign(
                    "JWT", idToken.apply(claims(CLIENT).claim("nonce", nonce)).build());
            String named = forgetsIdToken ? "" : ",\"id_token\":\"" + token + "\"";
            answer(exchange, "{\"access_token\":\"x\",\"token_type\":\"Bearer\"" + named + "}");
        });
        server.start();
    }

    private void answer(HttpExchange exchange, String json) throws IOException {
        byte[] body = json.getBytes(UTF_8);
        exchange.getResponseHeaders().set("content-type", "application/json");
        exchange.sendResponseHeaders(away ? 503 : 200, body.length);
        if (stalls) {
            exchange.getResponseBody().flush();
            return; // the exchange stays open
        }
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    String issuer() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    OidcConfig config(Duration keysFor) {
        return new OidcConfig(
                issuer(),
                CLIENT,
                null,
                AUDIENCE,
                "groups",
                URI.create("https://localhost:8447/console/oidc/callback"),
                null,
                Duration.ofSeconds(30),
                keysFor,
                Duration.ofHours(1));
    }

    /** What a good token says. */
    JWTClaimsSet.Builder claims(String audience) {
        return new JWTClaimsSet.Builder()
                .issuer(issuer())
                .subject("ann")
                .audience(audience)
                .claim("client_id", "watcher")
                .claim("groups", List.of("auditors"))
                .jwtID("7")
                .issueTime(Date.from(Instant.now()))
                .expirationTime(Date.from(Instant.now().plusSeconds(300)));
    }

    String accessToken(UnaryOperator<JWTClaimsSet.Builder> change) {
        return sign("at+jwt", change.apply(claims(AUDIENCE)).build());
    }

    String sign(String type, JWTClaimsSet claims) {
        try {
            SignedJWT token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID(key.getKeyID())
                            .type(new JOSEObjectType(type))
                            .build(),
                    claims);
            token.sign(new RSASSASigner(key));
            return token.serialize();
        } catch (com.nimbusds.jose.JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static RSAKey newKey(String id) {
        try {
            return new RSAKeyGenerator(2048).keyID(id).generate();
        } catch (com.nimbusds.jose.JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
