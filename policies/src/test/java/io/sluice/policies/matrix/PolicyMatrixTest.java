package io.sluice.policies.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.decision.Disposition;
import io.sluice.core.decision.RecipientDecision;
import io.sluice.policies.Shipped;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.matrix.Circumstance.Choice;
import java.time.LocalDate;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PolicyMatrixTest {
    private static final LocalDate DAY = LocalDate.of(2026, 11, 23);
    private static final ActivePolicy POLICY = Shipped.policy();
    private static final PolicyMatrix MATRIX = PolicyMatrix.of(POLICY, DAY);

    @Test
    void everyPairHasARow() {
        int pairs = POLICY.rulebook().datasets().size()
                * POLICY.rulebook().recipients().size();
        assertThat(MATRIX.all())
                .hasSize(pairs)
                .allSatisfy(row -> assertThat(row.cases()).isNotEmpty());
    }

    /** What the builder kept in the bundle and what the policy says when it is asked are one. */
    @Test
    void itsCellsAreThoseOfTheBundle() {
        JsonNode kept = POLICY.bundle().document().path("matrix");
        assertThat(MATRIX.cells())
                .hasSizeGreaterThan(1_000)
                .allSatisfy(cell -> assertThat(cell.rule().transform().name())
                        .isEqualTo(kept.path(cell.dataset())
                                .path(cell.recipient())
                                .path("fields")
                                .path(cell.rule().pattern().text())
                                .path("transform")
                                .asText()));
    }

    @Test
    void whatDependsOnTheSubjectHasItsCases() {
        MatrixRow orders = MATRIX.row("orders", "marketing").orElseThrow();
        Circumstance plain = new Circumstance("webshop", "order-fulfilment", Choice.NOTHING, null, new TreeMap<>());
        Circumstance consented = new Circumstance("webshop", "order-fulfilment", Choice.CONSENT, null, new TreeMap<>());

        assertThat(orders.under(plain).map(RecipientDecision::disposition)).contains(Disposition.WITHHOLD);
        assertThat(orders.under(consented).map(RecipientDecision::disposition)).contains(Disposition.RELEASE);
        assertThat(orders.release()).isEqualTo(orders.under(consented));
    }

    /** A rule in Rego that looks at an attribute is met: {@code officers#phone-order} closes the time of an order by phone. */
    @Test
    void theOfficersOwnRulesAreMet() {
        TreeMap<String, String> phone = new TreeMap<>();
        phone.put("channel", "phone");
        MatrixRow orders = MATRIX.row("orders", "marketing").orElseThrow();
        RecipientDecision byPhone = orders.under(
                        new Circumstance("webshop", "order-fulfilment", Choice.CONSENT, null, phone))
                .orElseThrow();
        assertThat(byPhone.plan())
                .isNotNull()
                .satisfies(plan -> assertThat(plan.fields())
                        .anyMatch(rule -> rule.rule().equals("officers#phone-order")
                                && rule.transform().name().equals("drop")));
        assertThat(orders.cases().stream().filter(MatrixCase::released)).hasSize(2);
    }

    @Test
    void anAgreementThatEndedWithholds() {
        PolicyMatrix later = PolicyMatrix.of(POLICY, LocalDate.of(2032, 1, 1), List.of("fhir-claim"));
        assertThat(later.rows().keySet()).containsExactly("fhir-claim");
        assertThat(later.only(List.of("care")).all()).hasSize(1);
        assertThat(later.row("fhir-claim", "billing").orElseThrow().release()).isEmpty();
        assertThat(later.row("fhir-claim", "care").orElseThrow().release()).isPresent();
    }
}
