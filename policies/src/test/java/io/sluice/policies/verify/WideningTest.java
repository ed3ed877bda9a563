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
    private static final String ENVELOPE = ROW + "/envelope";

    /**
     * @param line part of the line that tells; empty where nothing opens
     * @param before what the first revision has beyond the shipped one
     */
    private record Change(String name, String line, Consumer<ObjectNode> before, Consumer<ObjectNode> edit) {
        Change(String name, String line, Consumer<ObjectNode> edit) {
            this(name, line, data -> {}, edit);
        }

        Change from(Consumer<ObjectNode> earlier) {
            return new Change(name, line, earlier, edit);
        }

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

    private static Consumer<ObjectNode> put(String object, String member, boolean value) {
        return data -> data.withObject(object).put(member, value);
    }

    private static ObjectNode row(ObjectNode data) {
        return data.at(ROW).deepCopy();
    }

    private static void denied(ObjectNode data, String recipient) {
        data.withArray("/matrix/orders/" + recipient + "/denied").add("x");
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
                closes(
                        "undeclared fields hold a record back",
                        put(ROW, "undeclared", "quarantine")
                                .andThen(put("/rulebook/datasets/orders", "undeclared", "quarantine"))),
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
                closes(
                        "another identity of a producer",
                        data -> data.withArray("/rulebook/producers/webshop/identities")
                                .add("spiffe://x/y")),
                closes("another retention", put("/rulebook/datasets/orders", "retention", "x")),
                closes("another purpose", put("/rulebook/purposes", "more", "x")),
                closes("another producer", put("/rulebook/producers", "more", "x")),
                closes("a closed pattern that goes, and falls to none that is open", remove(FIELDS, "/customer/phone")),
                closes("a new pattern that is closed", data -> field(data, "/extra", "drop")),
                closes("a new view that is denied", data -> {
                    data.withObject("/matrix/orders").set("research", row(data));
                    denied(data, "research");
                }),
                closes("a view that is denied opens a field", data -> {
                    denied(data, "marketing");
                    data.withObject(FIELDS + "/~1customer~1phone").put("transform", "keep");
                }),
                closes("labels come to it", put(ROW, "labels", true)).from(put(ROW, "labels", false)),
                opens("labels go", "no longer says", put(ROW, "labels", false)).from(put(ROW, "labels", true)),
                opens(
                                "undeclared fields no longer hold a record back",
                                "with undeclared fields",
                                put(ROW, "undeclared", "drop"))
                        .from(put(ROW, "undeclared", "quarantine")),
                opens(
                                "a denial is lifted",
                                "a view where there was none",
                                data -> data.withArray(ROW + "/denied").removeAll())
                        .from(data -> denied(data, "marketing")),
                opens("the producer", "envelope source: dataset -> producer", put(ENVELOPE, "source", "producer"))
                        .from(put(ENVELOPE, "source", "dataset")),
                opens("the subject's key", "envelope key: id -> ref", put(ENVELOPE, "key", "ref"))
                        .from(put(ENVELOPE, "key", "id")),
                opens("the revision", "envelope policy: false -> true", put(ENVELOPE, "policy", true))
                        .from(put(ENVELOPE, "policy", false)),
                closes("no revision", put(ENVELOPE, "policy", false)).from(put(ENVELOPE, "policy", true)),
                opens("from an unknown word", "envelope time: century -> year", put(ENVELOPE, "time", "year"))
                        .from(put(ENVELOPE, "time", "century")),
                opens("a first agreement", "lasts longer", put(ROW + "/agreement", "until", "2026-12-01"))
                        .from(remove(ROW, "agreement")),
                opens(
                        "a purpose's file goes",
                        "the file of purpose treatment",
                        remove("/rulebook/purposes", "treatment")),
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
        Widening widening = to(change.before(), change.edit());
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
        return to(data -> {}, edit);
    }

    private static Widening to(Consumer<ObjectNode> earlier, Consumer<ObjectNode> edit) {
        ObjectNode before = Shipped.bundle().document().deepCopy();
        Drafts.only("orders", "fhir-patient").accept(before);
        earlier.accept(before);
        ObjectNode after = before.deepCopy();
        edit.accept(after);
        return Widening.of(before, after, false);
    }
}
