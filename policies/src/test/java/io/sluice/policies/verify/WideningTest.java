package io.sluice.policies.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.policies.Drafts;
import io.sluice.policies.Shipped;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a canary or a floor must not be: whatever may open something is found, and what only closes is none. */
class WideningTest {
    private static final String ROW = "/matrix/orders/marketing";
    private static final String FIELDS = ROW + "/fields";

    /** @param line part of the line that tells; empty where nothing opens */
    private record Change(String name, String line, Consumer<ObjectNode> edit) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Change opens(String name, String line, Consumer<ObjectNode> edit) {
        return new Change(name, line, edit);
    }

    private static Change closes(String name, Consumer<ObjectNode> edit) {
        return new Change(name, "", edit);
    }

    private static Consumer<ObjectNode> put(String object, String member, String value) {
        return data -> data.withObject(object).put(member, value);
    }

    private static Consumer<ObjectNode> remove(String object, String member) {
        return data -> data.withObject(object).remove(member);
    }

    static Stream<Change> changes() {
        return Stream.of(
                closes("nothing", data -> {}),
                closes("a field closes", put(FIELDS + "/~1customer~1email", "transform", "drop")),
                closes("a stricter transform", put(FIELDS + "/~1customer~1email", "transform", "encrypt")),
                closes("a view is taken away", remove("/matrix/orders", "marketing")),
                closes("a dataset is taken away", remove("/matrix", "orders")),
                closes("a coarser time", put(ROW + "/envelope", "time", "year")),
                closes("an agreement ends earlier", put(ROW + "/agreement", "until", "2026-12-01")),
                closes("undeclared fields hold a record back", put(ROW, "undeclared", "quarantine")),
                closes(
                        "a view is denied",
                        data -> data.withArray(ROW + "/denied").add("x")),
                closes(
                        "a purpose no longer counts",
                        data -> data.withArray(ROW + "/compatible").removeAll()),
                closes(
                        "another name and address",
                        data -> data.withObject("/rulebook/recipients/marketing")
                                .put("name", "Other")
                                .put("address", "Elsewhere")),
                closes(
                        "more requests of a producer",
                        data -> data.withObject("/rulebook/producers/webshop/quota")
                                .put("events-per-second", 9)),
                closes("another officer", put("/rulebook/approvers", "note", "x")),
                opens(
                        "a closed field",
                        "/customer/phone: closed -> keep",
                        put(FIELDS + "/~1customer~1phone", "transform", "keep")),
                opens(
                        "a milder transform",
                        "/placedAt: generalise.month -> keep",
                        put(FIELDS + "/~1placedAt", "transform", "keep")),
                opens("other parameters", "/id: tokenise", put(FIELDS + "/~1id/params", "domain", "another")),
                opens("a new pattern", "/extra: closed -> keep", data -> field(data, "/extra", "keep")),
                opens(
                        "a closed pattern that goes, and falls to an open one",
                        "/lines/[category=pharmacy]/** is not declared any more, and may fall to /lines/*/sku",
                        data -> data.withObject(FIELDS).remove("/lines/[category=pharmacy]/**")),
                opens(
                        "a view where there was none",
                        "orders for research: a view where there was none",
                        data -> data.withObject("/matrix/orders")
                                .set("research", data.at(ROW).deepCopy())),
                opens("a finer time", "envelope time: day -> keep", put(ROW + "/envelope", "time", "keep")),
                opens("the subject", "envelope subject: drop -> ref", put(ROW + "/envelope", "subject", "ref")),
                opens("an unknown word", "envelope source", put(ROW + "/envelope", "source", "everything")),
                opens("a longer agreement", "lasts longer", put(ROW + "/agreement", "until", "9999-01-01")),
                opens(
                        "one more purpose",
                        "data collected for x",
                        data -> data.withArray(ROW + "/compatible").add("x")),
                opens("another country", "recipient's file", put("/rulebook/recipients/marketing", "country", "US")),
                opens(
                        "another consent",
                        "the file of purpose",
                        data -> data.withObject("/rulebook/purposes/"
                                        + data.at(ROW + "/legal/purpose").asText())
                                .put("consent", "none")),
                opens("another region", "catalog file", put("/rulebook/datasets/orders", "region", "none")),
                opens("another table", "the table tables changed", put("/rulebook/tables", "more", "x")),
                opens("another class", "the table classes", put("/rulebook/classes", "more", "x")),
                opens("another controller", "the table controllers", put("/rulebook/controllers", "more", "x")),
                opens(
                        "another purpose's file",
                        "the file of purpose treatment",
                        put("/rulebook/purposes/treatment", "consent", "none")),
                opens(
                        "another kind of agreement",
                        "in more than its end",
                        put("/rulebook/recipients/marketing/agreement", "kind", "none")),
                opens(
                        "other classes of an open field",
                        "is open, and of other classes",
                        data -> data.withArray("/rulebook/datasets/orders/fields/~1placedAt")
                                .add("x")),
                opens(
                        "another org of a producer",
                        "producer webshop",
                        put("/rulebook/producers/webshop", "organisation", "x")));
    }

    private static void field(ObjectNode data, String pattern, String transform) {
        ObjectNode rule = ((ObjectNode) data.at(FIELDS + "/~1id")).deepCopy();
        data.withObject(FIELDS).set(pattern, rule.put("transform", transform));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void eachChangeIsJudged(Change change) {
        Widening widening = to(change.edit());
        if (change.line().isEmpty()) {
            assertThat(widening.lines()).isEmpty();
            assertThat(widening.isNone()).isTrue();
        } else {
            assertThat(widening.lines())
                    .isNotEmpty()
                    .allMatch(line -> line.contains(change.line())
                            || change.line().contains("/lines/") && line.contains("/lines/[category=pharmacy]/**"));
            assertThat(widening.lines()).anyMatch(line -> line.contains(change.line()));
            assertThat(widening.isNone()).isFalse();
            assertThat(widening.opens("orders")).isTrue();
        }
    }

    @Test
    void whatOpensInOneDatasetOpensNothingOfAnother() {
        Widening widening = to(put(FIELDS + "/~1customer~1phone", "transform", "keep"));
        assertThat(widening.opens("orders")).isTrue();
        assertThat(widening.opens("fhir-patient")).isFalse();
    }

    @Test
    void aChangeOfTheRegoIsNotToldFromTables() {
        JsonNode document = Shipped.bundle().document();
        Widening widening = Widening.of(document, document, true);
        assertThat(widening.lines())
                .isEqualTo(List.of("the rules in Rego changed: what they open is not told from tables"));
        assertThat(widening.opens("orders")).isTrue();
    }

    private static Widening to(Consumer<ObjectNode> edit) {
        ObjectNode before = Shipped.bundle().document().deepCopy();
        Drafts.only("orders", "fhir-patient").accept(before);
        ObjectNode after = before.deepCopy();
        edit.accept(after);
        return Widening.of(before, after, false);
    }
}
