package io.sluice.audit.oidc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.sluice.audit.access.SetClock;
import io.sluice.audit.access.Visitor;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a token must be, after RFC 9068 and the attacks of RFC 8725. */
@NullUnmarked // what is null here fails the test
class AccessTokensTest {
    private FakeProvider provider;
    private AccessTokens tokens;

    @BeforeEach
    void start() throws Exception {
        provider = new FakeProvider();
        tokens = tokens(Duration.ofMinutes(5));
    }

    @AfterEach
    void stop() {
        provider.close();
    }

    private AccessTokens tokens(Duration keysFor) {
        return Oidc.of(provider.config(keysFor), Clock.systemUTC()).tokens();
    }

    @Test
    void aGoodTokenStandsForIssuerAndSubject() throws Exception {
        Visitor ann = tokens.visitor(provider.accessToken(claims -> claims.claim("email", "ann@example.org")));

        assertThat(ann.identities()).containsExactly(provider.issuer() + "#ann");
        assertThat(ann.credential()).isEqualTo("oidc " + provider.issuer() + "#ann");
        assertThat(ann.groups()).containsExactly("auditors");
        assertThat(ann.toString()).doesNotContain("ann@example.org");
        assertThat(tokens.visitor(provider.accessToken(claims -> claims.claim("groups", null)))
                        .groups())
                .isEmpty();
    }

    static Stream<Arguments> badClaims() {
        Instant now = Instant.now();
        return Stream.of(
                bad("expired", claims -> claims.expirationTime(Date.from(now.minusSeconds(40)))),
                bad("not valid yet", claims -> claims.notBeforeTime(Date.from(now.plusSeconds(60)))),
                bad("audience", claims -> claims.audience("somebody-else")),
                bad("audience", claims -> claims.audience(FakeProvider.CLIENT)),
                bad("issuer", claims -> claims.issuer("https://other.example.org")),
                bad("lacks a claim", claims -> claims.subject(null)),
                bad("lacks a claim", claims -> claims.expirationTime(null)),
                bad("lacks a claim", claims -> claims.claim("client_id", null)),
                bad("subject", claims -> claims.subject("two words")),
                bad("subject", claims -> claims.subject("x".repeat(256))),
                bad("groups", claims -> claims.claim("groups", "auditors")),
                bad("groups", claims -> claims.claim("groups", List.of(7))));
    }

    private static Arguments bad(String why, UnaryOperator<JWTClaimsSet.Builder> change) {
        return Arguments.of(why, change);
    }

    @ParameterizedTest
    @MethodSource("badClaims")
    void aTokenThatSaysSomethingElseProvesNobody(String why, UnaryOperator<JWTClaimsSet.Builder> change) {
        String token = provider.accessToken(change);
        assertThatThrownBy(() -> tokens.visitor(token))
                .isInstanceOf(NotProvedException.class)
                .hasMessageContaining(why);
    }

    @Test
    void clocksMayBeApartByTheSkew() throws Exception {
        Instant now = Instant.now();
        assertThat(tokens.visitor(
                        provider.accessToken(claims -> claims.expirationTime(Date.from(now.minusSeconds(20))))))
                .isNotNull();
        assertThat(tokens.visitor(provider.accessToken(claims -> claims.notBeforeTime(Date.from(now.plusSeconds(20))))))
                .isNotNull();
    }

    /** RFC 8725 section 2.1: no signature, an HMAC whose key is the public key, and a token of another use. */
    @Test
    void neitherNoSignatureNorAConfusedOnePasses() throws Exception {
        JWTClaimsSet claims = provider.claims(FakeProvider.AUDIENCE).build();
        String none = Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString("{\"alg\":\"none\",\"typ\":\"at+jwt\"}".getBytes(UTF_8))
                + "."
                + Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(claims.toString().getBytes(UTF_8))
                + ".";
        SignedJWT confused = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256)
                        .keyID("one")
                        .type(new JOSEObjectType("at+jwt"))
                        .build(),
                claims);
        confused.sign(new MACSigner(provider.key.toRSAPublicKey().getEncoded()));
        String good = provider.accessToken(same -> same);
        String altered =
                good.substring(0, good.lastIndexOf('.') + 5) + "AAAA" + good.substring(good.lastIndexOf('.') + 9);
        for (String token : List.of(
                none,
                confused.serialize(),
                altered,
                provider.sign("JWT", claims), // an ID token's type
                "",
                "a.b.c",
                "x".repeat(10_000))) {
            assertThatThrownBy(() -> tokens.visitor(token)).as(token).isInstanceOf(NotProvedException.class);
        }
    }

    @Test
    void aRotationIsFollowedAndStrangeKeysAreNotAskedForEachTime() throws Exception {
        tokens = tokens(Duration.ofMillis(800)); // asked for again at most every 200 ms
        tokens.visitor(provider.accessToken(same -> same));
        provider.key = FakeProvider.newKey("two");
        String second = provider.accessToken(same -> same);
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> passes(second));

        int before = provider.keysAsked.get();
        AccessTokens patient = tokens(Duration.ofMinutes(5));
        patient.visitor(second);
        provider.key = FakeProvider.newKey("three");
        String third = provider.accessToken(same -> same);
        provider.key = FakeProvider.newKey("two"); // "three" was never published
        for (int i = 0; i < 50; i++) {
            assertThatThrownBy(() -> patient.visitor(third))
                    .as("it is the token that is bad, not the provider that is away")
                    .isInstanceOf(NotProvedException.class);
        }
        assertThat(provider.keysAsked.get() - before)
                .as("a stranger's key is no flood")
                .isLessThanOrEqualTo(3);
    }

    private boolean passes(String token) {
        try {
            tokens.visitor(token);
            return true;
        } catch (NotProvedException | ProviderUnavailableException e) {
            return false;
        }
    }

    /** While the provider is away its keys count for as long as was said, and no longer. */
    @Test
    void anOutageFailsClosedAfterItsBound() throws Exception {
        Duration keysFor = Duration.ofMillis(1_500);
        String token = provider.accessToken(same -> same);
        long begun;
        boolean passed;
        do { // again where this machine was too slow to tell
            provider.away = false;
            begun = System.nanoTime();
            tokens = tokens(keysFor);
            tokens.visitor(token);
            provider.away = true;
            passed = passes(token);
        } while (System.nanoTime() - begun >= keysFor.toNanos());
        assertThat(passed).isTrue();
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> !passes(token));
        assertThatThrownBy(() -> tokens.visitor(token)).isInstanceOf(ProviderUnavailableException.class);
        provider.away = false;
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> passes(token));

        provider.away = true;
        assertThatThrownBy(() -> tokens(Duration.ofMinutes(5)).visitor(token))
                .as("a start without the provider")
                .isInstanceOf(ProviderUnavailableException.class);
    }

    /** What the provider publishes outlives an hourly question that it does not answer, for as long as its keys. */
    @Test
    void whatIsKnownCountsWhileTheProviderIsAway() throws Exception {
        AtomicLong nanoTime = new AtomicLong();
        Provider asked = new Provider(
                provider.config(Duration.ofMinutes(5)),
                new ProviderClient(null, Duration.ofMillis(300)),
                nanoTime::get);
        Provider.Published known = asked.published();
        provider.stalls = true; // the head of an answer comes, and nothing else
        nanoTime.addAndGet(Duration.ofMinutes(61).toNanos());

        assertThat(asked.published()).isSameAs(known);
        nanoTime.addAndGet(Duration.ofMinutes(5).toNanos());
        assertThatThrownBy(asked::published)
                .isInstanceOf(ProviderUnavailableException.class)
                .hasMessageContaining("does not answer within 300 ms");
        provider.stalls = false;
        assertThatThrownBy(asked::published)
                .as("the pause begins when the question ends")
                .isInstanceOf(ProviderUnavailableException.class);
        nanoTime.addAndGet(Duration.ofSeconds(5).toNanos());
        assertThat(asked.published()).isNotSameAs(known);
    }

    @Test
    void whatOthersBeginPushesNobodyOut() throws Exception {
        CodeFlow flow = Oidc.of(provider.config(Duration.ofMinutes(5)), Clock.systemUTC())
                .browsers();
        CodeFlow.Start first = flow.begin();
        for (int i = 0; i < 2_000; i++) {
            flow.begin();
        }
        assertThat(flow.finish(cookie(first), answer(first)).identities()).containsExactly(provider.issuer() + "#ann");
    }

    @Test
    void whatWasBegunIsGoodForMinutesAndItsEndCannotBeMoved() throws Exception {
        SetClock clock = new SetClock(Instant.now());
        CodeFlow flow = Oidc.of(provider.config(Duration.ofMinutes(5)), clock).browsers();
        CodeFlow.Start start = flow.begin();
        clock.pass(Duration.ofMinutes(11));
        refused(flow, start, cookie(start), answer(start));
        String later = cookie(start).replaceFirst("^[0-9]+", "99999999999");
        assertThatThrownBy(() -> flow.finish(later, answer(start)))
                .isInstanceOf(NotProvedException.class)
                .hasMessageContaining("another sign-in");
    }

    @Test
    void anAnswerWithoutAnIdTokenSignsNobodyIn() throws Exception {
        CodeFlow flow = Oidc.of(provider.config(Duration.ofMinutes(5)), Clock.systemUTC())
                .browsers();
        provider.forgetsIdToken = true;
        CodeFlow.Start start = flow.begin();
        assertThatThrownBy(() -> flow.finish(cookie(start), answer(start)))
                .isInstanceOf(NotProvedException.class)
                .hasMessageContaining("no ID token");
    }

    /** The browser's side: what comes back counts for the browser that began, once, and from the provider alone. */
    @Test
    void aSignInIsBoundToItsBrowserAndItsProvider() throws Exception {
        CodeFlow flow = Oidc.of(provider.config(Duration.ofMinutes(5)), Clock.systemUTC())
                .browsers();

        CodeFlow.Start start = flow.begin();
        assertThat(start.location()).contains("code_challenge_method=S256", "scope=openid", "nonce=", "state=");
        assertThat(start.cookie()).startsWith("__Host-").contains("; Secure; HttpOnly; SameSite=Lax;");
        assertThat(flow.finish(cookie(start), answer(start)).identities()).containsExactly(provider.issuer() + "#ann");
        assertThat(provider.lastTokenRequest).containsKeys("code_verifier", "code", "client_id");
        refused(flow, start, cookie(start), answer(start)); // once

        refused(flow, start = flow.begin(), null, answer(start));
        refused(flow, start = flow.begin(), cookie(flow.begin()), answer(start));
        refused(flow, start = flow.begin(), cookie(start), with(answer(start), "state", "other"));
        refused(flow, start = flow.begin(), cookie(start), with(answer(start), "iss", "https://other.example.org"));
        refused(flow, start = flow.begin(), cookie(start), without(answer(start), "iss"));
        refused(flow, start = flow.begin(), cookie(start), without(answer(start), "code"));
        refused(flow, start = flow.begin(), cookie(start), with(answer(start), "error", "access_denied"));
    }

    @ParameterizedTest
    @MethodSource("badIdTokens")
    void anIdTokenThatDoesNotHoldSignsNobodyIn(String why, UnaryOperator<JWTClaimsSet.Builder> change)
            throws Exception {
        CodeFlow flow = Oidc.of(provider.config(Duration.ofMinutes(5)), Clock.systemUTC())
                .browsers();
        provider.idToken = change;
        CodeFlow.Start start = flow.begin();
        refused(flow, start, cookie(start), answer(start));
    }

    static Stream<Arguments> badIdTokens() {
        return Stream.of(
                bad("nonce", claims -> claims.claim("nonce", "another")),
                bad("nonce", claims -> claims.claim("nonce", null)),
                bad("audience", claims -> claims.audience("somebody-else")),
                bad("issuer", claims -> claims.issuer("https://other.example.org")),
                bad(
                        "expired",
                        claims -> claims.expirationTime(Date.from(Instant.now().minusSeconds(60)))));
    }

    private void refused(CodeFlow flow, CodeFlow.Start start, String cookie, Map<String, String> answer) {
        assertThatThrownBy(() -> flow.finish(cookie, answer)).isInstanceOf(NotProvedException.class);
    }

    private Map<String, String> answer(CodeFlow.Start start) {
        Map<String, String> sent = new java.util.HashMap<>();
        for (String pair : URI.create(start.location()).getRawQuery().split("&")) {
            sent.put(pair.split("=")[0], pair.split("=", 2)[1]);
        }
        provider.nonce = sent.get("nonce");
        return Map.of("code", "c", "state", sent.get("state"), "iss", provider.issuer());
    }

    private static String cookie(CodeFlow.Start start) {
        return start.cookie()
                .substring(start.cookie().indexOf('=') + 1, start.cookie().indexOf(';'));
    }

    private static Map<String, String> with(Map<String, String> answer, String name, String value) {
        Map<String, String> changed = new java.util.HashMap<>(answer);
        changed.put(name, value);
        return changed;
    }

    private static Map<String, String> without(Map<String, String> answer, String name) {
        Map<String, String> changed = new java.util.HashMap<>(answer);
        changed.remove(name);
        return changed;
    }
}
