package io.sluice.audit.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.report.Report.Kind;
import io.sluice.core.rulebook.DataClass;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What a recipient got of each field, over all views: how often, and what was done to it under which rule. */
final class FieldsBody implements Body {
    private static final int MAX_KEPT = 100_000;

    private final String only;
    private final PolicyAtHand policies;
    private final Map<Field, Got> fields = new LinkedHashMap<>();
    private long notListed;
    private long plansMissing;
    private long firstMissing = -1;

    /** A field of a dataset, the category that it had then, and what was done to it. */
    private record Field(String dataset, String category, PolicyAtHand.Rule rule) {}

    private static final class Got {
        private final Times views = new Times();
        private long fields;
    }

    /** @param recipient the one that is asked about */
    FieldsBody(String recipient, PolicyAtHand policies) {
        this.only = recipient;
        this.policies = policies;
    }

    @Override
    public void take(long place, JsonNode entry) {
        for (JsonNode recipient : entry.path("recipients")) {
            if (recipient.path("id").asText("").equals(only)
                    && recipient.path("disposition").asText("").equals("release")) {
                List<PolicyAtHand.Rule> plan =
                        policies.plan(recipient.path("plan").asText("")).orElse(List.of());
                boolean whole = true;
                for (JsonNode pair : recipient.path("patterns")) {
                    int pattern = pair.path(0).asInt(-1);
                    if (pattern < 0 || pattern >= plan.size()) {
                        whole = false;
                    } else {
                        take(place, entry, plan.get(pattern), pair.path(1).asLong());
                    }
                }
                if (!whole) {
                    firstMissing = plansMissing++ == 0 ? place : firstMissing;
                }
            }
        }
    }

    private void take(long place, JsonNode entry, PolicyAtHand.Rule rule, long count) {
        String dataset = entry.path("dataset").asText("");
        String bundle = entry.path("policy").path("bundle").asText("");
        Field field = new Field(dataset, category(bundle, dataset, rule), rule);
        if (fields.size() >= MAX_KEPT && !fields.containsKey(field)) {
            notListed++;
            return;
        }
        Got got = fields.computeIfAbsent(field, unused -> new Got());
        got.views.add(place, entry);
        got.fields += count;
    }

    private String category(String bundle, String dataset, PolicyAtHand.Rule rule) {
        return policies.classes(bundle, dataset, rule.pattern()).stream()
                .map(DataClass::id)
                .collect(Collectors.joining(", "));
    }

    @Override
    public void write(Draft draft) {
        if (plansMissing > 0) {
            draft.finding(
                    "plan-not-kept",
                    "The plans of " + plansMissing + " views are not kept whole: their fields are in no figure below.",
                    List.of(firstMissing));
        }
        Draft.Table table = draft.table(
                        "fields",
                        "Fields of the views that went out",
                        "Those in clear first. A field is a pattern of the plan, with the category that the rulebook gave it then; no value and no concrete path is in the log.")
                .column("dataset", "Dataset", Kind.CODE)
                .column("field", "Field", Kind.CODE)
                .column("category", "Category", Kind.CODE)
                .column("treatment", "It went out", Kind.STATE)
                .column("transform", "Transform", Kind.CODE)
                .column("rule", "Rule", Kind.CODE)
                .column("views", "Views", Kind.NUMBER)
                .column("fields", "Times", Kind.NUMBER)
                .column("entry", "First entry", Kind.ENTRY);
        fields.entrySet().stream()
                .sorted(Comparator.comparing((Map.Entry<Field, Got> one) ->
                                Treatment.of(one.getKey().rule().kind()))
                        .thenComparing(one -> one.getKey().dataset())
                        .thenComparing(one -> one.getKey().rule().pattern())
                        .thenComparing(one -> one.getKey().category())
                        .thenComparing(one -> one.getKey().rule().rule()))
                .forEach(one -> row(table, one.getKey(), one.getValue()));
        table.more(notListed);
    }

    private void row(Draft.Table table, Field field, Got got) {
        PolicyAtHand.Rule rule = field.rule();
        table.row(
                field.dataset(),
                rule.pattern(),
                field.category(),
                Treatment.of(rule.kind()).words(),
                rule.transform(),
                rule.rule(),
                got.views.count(),
                got.fields,
                got.views.place());
    }
}
