package io.sluice.policies.diff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.core.decision.Reason;
import io.sluice.core.decision.RecipientDecision;
import io.sluice.policies.Drafts;
import io.sluice.policies.Shipped;
import io.sluice.policies.evaluate.ActivePolicy;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A change in meaning is told, whole; a change in text that means nothing is none. */
@NullUnmarked
class RevisionDiffTest {
    private static final LocalDate DAY = LocalDate.ofInstant(Shipped.NOW, ZoneOffset.UTC);

    private static ActivePolicy shipped;

    @BeforeAll
    static void build() {
        shipped = draft(data -> {});
    }

    private static ActivePolicy draft(Consumer<ObjectNode> edit) {
        return Drafts.with(edit.andThen(Drafts.only("fhir-patient", "orders")));
    }

    private static RevisionDiff to(Consumer<ObjectNode> edit) {
        return RevisionDiff.of(shipped, draft(edit), DAY);
    }

    @Test
    void anotherWordingOfTheSameRulesIsNoChange() {
        RevisionDiff diff = to(data -> {
            data.withObject("/rulebook/recipients/research").put("name", "Institute for something else");
            data.withObject("/matrix/fhir-patient/research/fields/~1gender").put("rule", "research-fhir#demographic");
            data.withObject("/rulebook").withObject("/purposes").remove("newsletter-of-nobody");
            data.withObject("/rulebook/producers").remove("lab");
        });
        assertThat(diff.decidesAlike()).isTrue();
        assertThat(diff.tables()).containsExactly("producers/lab removed", "recipients/research changed");
        assertThat(diff.opensSpecial()).isEmpty();
    }

    @Test
    void aFieldThatClosesAndOpensAgainIsTheSameCellBothWays() {
        ActivePolicy draft = draft(Drafts.research("demographic.gender", "drop")
                .andThen(Drafts.research("demographic.ethnic-origin", "mask")));
        assertThat(RevisionDiff.of(shipped, draft, DAY).views()).singleElement().satisfies(view -> {
            assertThat(view.dataset()).isEqualTo("fhir-patient");
            assertThat(view.recipient()).isEqualTo("research");
            assertThat(view.diff().before())
                    .isEqualTo("release")
                    .isEqualTo(view.diff().after());
            assertThat(view.diff().fields())
                    .extracting(FieldChange::pattern, FieldChange::before, FieldChange::after, FieldChange::direction)
                    .contains(tuple("/gender", "keep", "closed", Direction.CLOSES));
            assertThat(view.diff().opens()).isFalse();
            assertThat(view.when()).isNotEmpty();
        });

        RevisionDiff back = RevisionDiff.of(draft, shipped, DAY);
        assertThat(back.views()).singleElement().satisfies(view -> {
            assertThat(view.diff().opens()).isTrue();
            assertThat(view.diff().opensSpecial()).isTrue();
            assertThat(view.diff().fields())
                    .filteredOn(FieldChange::special)
                    .isNotEmpty()
                    .allSatisfy(field -> assertThat(field.before()).isEqualTo("mask"))
                    .allSatisfy(field -> assertThat(field.after()).isEqualTo("keep"));
        });
        assertThat(back.opensSpecial())
                .isNotEmpty()
                .allMatch(line -> line.startsWith("fhir-patient for research: ") && line.endsWith(": mask -> keep"));
    }

    @Test
    void aDispositionThatChangesSaysWhyAndWhen() {
        RevisionDiff diff =
                to(data -> data.withObject("/matrix/fhir-patient/research").putArray("compatible"));
        assertThat(diff.views()).isNotEmpty().allSatisfy(view -> {
            assertThat(view.recipient()).isEqualTo("research");
            assertThat(view.diff().after()).contains("withhold (", "purpose-incompatible, GDPR Art. 5(1)(b)");
        });
        assertThat(diff.views().get(0).diff().before()).isEqualTo("release");
        assertThat(diff.views().get(0).when().get(0)).hasToString("st-elsewhere for emergency-treatment");
    }

    @Test
    void anotherLegalGroundIsATermAndNoField() {
        RevisionDiff diff = to(
                data -> data.withObject("/matrix/fhir-patient/research/legal").put("hipaa", "45 CFR 164.512(i)"));
        assertThat(diff.views()).isNotEmpty().allSatisfy(view -> {
            assertThat(view.diff().fields()).isEmpty();
            assertThat(view.diff().terms())
                    .extracting(ViewDiff.TermChange::what)
                    .containsExactly("legal ground");
        });
    }

    @Test
    void whoeverIsNotKnownGetsNoAnswer() {
        RecipientDecision before = RecipientDecision.withhold("press", List.of(new Reason("no-protection", null)));
        ViewDiff diff = ViewDiff.of("orders", before, null, shipped.rulebook(), shipped.rulebook());
        assertThat(diff.before()).isEqualTo("withhold (no-protection)");
        assertThat(diff.after()).isEqualTo("no answer");
        assertThat(diff.isEmpty()).isFalse();
        assertThat(ViewDiff.of("orders", null, null, shipped.rulebook(), shipped.rulebook())
                        .isEmpty())
                .isTrue();
    }
}
