package io.sluice.audit.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SignInTest {
    private final SetClock clock = new SetClock(Instant.parse("2026-11-26T12:00:00Z"));
    private final SignIn signIn = new SignIn("spiffe://sluice.dev/auditor/alan", clock);

    @Test
    void aLinkIsGoodOnceAndItsSessionForHours() {
        String link = signIn.newLink();
        String session = session(link);

        assertThat(signIn.open(link)).isEmpty();
        assertThat(signIn.visitor(session)).hasValue(Visitor.ofLink("spiffe://sluice.dev/auditor/alan"));
        assertThat(signIn.visitor(session + "x")).isEmpty();
        assertThat(signIn.visitor(null)).isEmpty();
        clock.pass(Duration.ofHours(8));
        assertThat(signIn.visitor(session)).isEmpty();
    }

    @Test
    void aLinkThatIsOldOrReplacedIsNoLink() {
        String first = signIn.newLink();
        String second = signIn.newLink();

        assertThat(signIn.open(first)).isEmpty();
        clock.pass(Duration.ofMinutes(30));
        assertThat(signIn.open(second)).isEmpty();
        assertThat(new SignIn("x", clock).open("")).isEmpty();
    }

    @Test
    void sessionsAreBounded() {
        String first = session(signIn.newLink());
        for (int i = 0; i < 1_000; i++) {
            signIn.begin(Visitor.ofProvider("https://idp.example.org", "p" + i, Set.of()), Duration.ofHours(1));
        }

        assertThat(signIn.visitor(first)).isEmpty();
    }

    @Test
    void whoSignsInAgainAndAgainEndsOwnSessionsAlone() {
        Visitor ann = Visitor.ofProvider("https://idp.example.org", "ann", Set.of());
        Visitor bob = Visitor.ofProvider("https://idp.example.org", "bob", Set.of());
        String ofBob = value(signIn.begin(bob, Duration.ofHours(1)));
        String first = value(signIn.begin(ann, Duration.ofHours(1)));
        for (int i = 0; i < 2_000; i++) {
            signIn.begin(ann, Duration.ofHours(1));
        }

        assertThat(signIn.visitor(ofBob)).hasValue(bob);
        assertThat(signIn.visitor(first)).isEmpty();
    }

    @Test
    void aSessionEndsByItselfAndBySigningOut() {
        Visitor ann = Visitor.ofProvider("https://idp.example.org", "ann", Set.of("auditors"));
        String short1 = value(signIn.begin(ann, Duration.ofMinutes(5)));
        String short2 = value(signIn.begin(ann, Duration.ofMinutes(5)));
        assertThat(signIn.visitor(short1)).hasValue(ann);

        assertThat(signIn.end(short1)).contains("; Max-Age=0");
        assertThat(signIn.visitor(short1)).isEmpty();
        assertThat(signIn.visitor(short2)).hasValue(ann);
        clock.pass(Duration.ofMinutes(5));
        assertThat(signIn.visitor(short2)).isEmpty();
    }

    private String session(String link) {
        return value(signIn.open(link).orElseThrow());
    }

    private static String value(String cookie) {
        return cookie.substring(cookie.indexOf('=') + 1, cookie.indexOf(';'));
    }
}
