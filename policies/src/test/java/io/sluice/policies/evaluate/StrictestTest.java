package io.sluice.policies.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.policies.Drafts;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A floor opens nothing that the revision stamped keeps closed, and the other way about. */
class StrictestTest {
    private static final ActivePolicy OPEN = draft(data -> {});
    private static final ActivePolicy NO_EMAIL = draft(closed("/customer/email"));
    private static final ActivePolicy NO_NAME = draft(closed("/customer/name"));
    private static final ActivePolicy NEITHER = draft(closed("/customer/email").andThen(closed("/customer/name")));

    private static ActivePolicy draft(Consumer<ObjectNode> edit) {
        return Drafts.with(Drafts.only("orders", "fhir-patient").andThen(edit));
    }

    private static Consumer<ObjectNode> closed(String pattern) {
        return data -> ((ObjectNode) data.at("/matrix/orders/marketing/fields").path(pattern)).put("transform", "drop");
    }

    @Test
    void theOneThatClosesMoreDecidesWhicheverCameLater() {
        assertThat(Strictest.of(List.of(NO_EMAIL, OPEN), "orders")).containsSame(NO_EMAIL);
        assertThat(Strictest.of(List.of(OPEN, NO_EMAIL), "orders")).containsSame(NO_EMAIL);
        assertThat(Strictest.of(List.of(OPEN), "orders")).containsSame(OPEN);
    }

    @Test
    void whereEachClosesSomethingThatAnotherOpensNoneDecides() {
        assertThat(Strictest.of(List.of(NO_EMAIL, NO_NAME), "orders")).isEmpty();
        assertThat(Strictest.of(List.of(NO_EMAIL, NO_NAME, OPEN), "orders")).isEmpty();
    }

    @Test
    void oneThatClosesAllOfItDecidesForThemAll() {
        assertThat(Strictest.of(List.of(NO_EMAIL, NEITHER, NO_NAME), "orders")).containsSame(NEITHER);
    }

    /** The newest comes first. */
    @Test
    void datasetsThatNoneOfThemChangesAreTheFirstOnes() {
        assertThat(Strictest.of(List.of(NO_EMAIL, NO_NAME), "fhir-patient")).containsSame(NO_EMAIL);
    }
}
