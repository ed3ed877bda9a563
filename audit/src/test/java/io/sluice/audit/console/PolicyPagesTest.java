package io.sluice.audit.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.audit.access.Admission;
import io.sluice.audit.access.ReaderDesk;
import io.sluice.audit.access.Visitor;
import io.sluice.audit.api.Question;
import io.sluice.audit.api.RefusedException;
import io.sluice.audit.api.Reply;
import io.sluice.audit.api.Route;
import io.sluice.audit.api.ShippedPolicy;
import io.sluice.audit.api.TrailFixture;
import io.sluice.audit.index.AuditIndex;
import io.sluice.core.decision.AccessInput;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.verify.VerifiedBundle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may choose a draft, and what the pages make of one. */
class PolicyPagesTest {
    private static final Visitor ALAN = Visitor.ofLink("spiffe://sluice.dev/auditor/alan");
    /** A reader whose grant has no {@code draft}. */
    private static final Visitor CLERK = Visitor.ofProvider("https://idp.example", "248289761001", Set.of("clerks"));

    private final VerifiedBundle draft = ShippedPolicy.other();
    private final String name = "draft-" + draft.digest().substring(0, 12);

    @TempDir
    private Path folder = Path.of("unset");

    @Test
    void aDraftCanBeChosenByWhomAGrantLets() {
        TrailFixture trail = new TrailFixture(folder);
        try (AuditIndex index = AuditIndex.open(trail.indexConfig())) {
            Clock clock = Clock.fixed(ShippedPolicy.NOW, ZoneOffset.UTC);
            ActivePolicy policy = ShippedPolicy.withAccess(folder.resolve("rulebook"), """

                              looking:
                                clause: "45 CFR 164.308(a)(1)(ii)(D)"
                                roles: [clerk]
                                reads: [overview]
                            groups: {"https://idp.example": {clerks: [clerk]}}
                            """);
            ReaderDesk readers = new ReaderDesk(now -> Optional.of(policy));
            assertThat(ReaderDesk.knows(policy, CLERK)).isTrue();
            Revisions revisions = new Revisions(
                    () -> Optional.of(ShippedPolicy.policy()),
                    () -> List.of(ShippedPolicy.policy().bundle()),
                    () -> List.of(draft));
            List<Route> routes = new PolicyPages(trail.desk(index), revisions, readers, clock).routes();

            assertThat(shown(routes, PolicyForm.DIFF, ALAN, Map.of("after", name)))
                    .as("compared with the revision in force")
                    .contains("the draft of revision 2", "revision 1 (", "/gender", ">closes<");
            assertThat(shown(routes, PolicyForm.IMPACT, ALAN, Map.of("after", name, "from", "2026-01-01T00:00:00Z")))
                    .contains("of 60 records with another view");
            assertThat(shown(routes, PolicyForm.MATRIX, ALAN, Map.of()))
                    .contains(">1 (in force)<", "value=\"" + name + "\"");
            assertThat(told(routes, ALAN)).isEqualTo("policy diff after=" + name);

            Admission granted = readers.ask(ALAN, AccessInput.Act.OVERVIEW, ShippedPolicy.NOW);
            Question one = new Question(
                    Map.of(),
                    Map.of("revision", "1", "dataset", "fhir-patient"),
                    ALAN,
                    (Admission.Granted) granted,
                    Map.of());
            assertThat(route(routes, PolicyForm.MATRIX).told().apply(one))
                    .isEqualTo("policy matrix revision=1 dataset=fhir-patient");

            assertThat(shown(routes, PolicyForm.MATRIX, CLERK, Map.of())).doesNotContain("draft");
            assertThatThrownBy(() -> shown(routes, PolicyForm.DIFF, CLERK, Map.of("after", name)))
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            refused -> assertThat(refused.detail()).contains("no draft that you may see"));
        }
    }

    private static String shown(List<Route> routes, String path, Visitor visitor, Map<String, String> parameters) {
        Reply reply = route(routes, path).handler().apply(question(visitor, parameters));
        return new String(((Reply.Whole) reply).body(), StandardCharsets.UTF_8);
    }

    private String told(List<Route> routes, Visitor visitor) {
        return route(routes, PolicyForm.DIFF).told().apply(question(visitor, Map.of("after", name)));
    }

    private static Route route(List<Route> routes, String path) {
        return routes.stream()
                .filter(one -> one.match(path).isPresent())
                .findFirst()
                .orElseThrow();
    }

    private static Question question(Visitor visitor, Map<String, String> parameters) {
        return new Question(Map.of(), parameters, visitor, null, Map.of());
    }
}
