package io.sluice.audit.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
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
    void sessionsAreFew() {
        String first = session(signIn.newLink());
        for (int i = 0; i < 16; i++) {
            session(signIn.newLink());
        }

        assertThat(signIn.visitor(first)).isEmpty();
    }

    private String session(String link) {
        String cookie = signIn.open(link).orElseThrow();
        return cookie.substring(cookie.indexOf('=') + 1, cookie.indexOf(';'));
    }
}
