package io.sluice.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cli.CommandFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Command lines that contradict themselves are refused before anything is asked. */
class SubjectVerbsTest {
    private static final String REF = "s1_" + "a".repeat(26);

    private static void refused(String why, String... arguments) {
        Invocation verb = Invocation.of(arguments);
        assertThat(verb.code()).as(verb.err()).isEqualTo(2);
        assertThat(verb.err()).contains(why);
    }

    @Test
    void aStatusIsOfOneErasureOrOfASubject() {
        refused("not both", "subject", "status", "--entry", "events.ingress/1/0/42", "--ref", REF);
        refused("not both", "subject", "status", "--entry", "events.ingress/1/0/42", "--subject", "c-4711");
    }

    @Test
    void anOralStatementSuspendsForThirtyDaysAtMost() {
        String late = Instant.now().plus(Duration.ofDays(31)).toString();
        refused("30 days at most", suspend("--agency", "State AG", "--oral", "--until", late));
        refused("ends after it began", suspend("--agency", "x", "--written", "--until", "2020-01-01T00:00:00Z"));
        refused("one of --written and --oral", suspend("--agency", "State AG", "--until", late));
        refused("one of --written and --oral", suspend("--agency", "State AG", "--oral", "--written", "--until", late));
        refused("needs --recipient alone", suspend("--end", "--agency", "State AG"));
    }

    /** A name with a slip in it would suspend nothing, and say that it did. */
    @Test
    void onlyARecipientOrACallerOfARevisionCanBeSuspended() {
        SortedSet<String> known = new TreeSet<>(Set.of("ada", "billing"));
        SubjectSuspendCommand.requireKnown("billing", known);
        assertThatThrownBy(() -> SubjectSuspendCommand.requireKnown("biling", known))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("--recipient biling")
                .hasMessageContaining("ada, billing");
    }

    private static String[] suspend(String... more) {
        String[] all = new String[6 + more.length];
        System.arraycopy(new String[] {"subject", "suspend", "--ref", REF, "--recipient", "registry"}, 0, all, 0, 6);
        System.arraycopy(more, 0, all, 6, more.length);
        return all;
    }
}
