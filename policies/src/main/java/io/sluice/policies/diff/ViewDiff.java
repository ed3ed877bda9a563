package io.sluice.policies.diff;

import io.sluice.core.decision.Disposition;
import io.sluice.core.decision.FieldRule;
import io.sluice.core.decision.ProtectionPlan;
import io.sluice.core.decision.Reason;
import io.sluice.core.decision.RecipientDecision;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.rulebook.DataClass;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.FieldPattern;
import io.sluice.core.rulebook.Rulebook;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What two answers about one recipient's view of one record differ in. An answer that is missing, because a revision does not
 * know the recipient or the dataset, is one that releases nothing. Immutable.
 *
 * @param before what the recipient got: {@code release}, or {@code withhold (rule, clause)}
 * @param after what it gets; equal where the disposition and its reasons are
 * @param fields fields of the view, each whose transform differs
 * @param terms legal ground, envelope, undeclared content, labels: each that differs between two releases
 */
public record ViewDiff(String before, String after, List<FieldChange> fields, List<TermChange> terms) {
    private static final String NOTHING = "no answer";

    /**
     * A term of a release that differs.
     *
     * @param what which
     * @param before before
     * @param after after
     */
    public record TermChange(String what, String before, String after) {
        /** The JSON object. */
        public Map<String, Object> toJson() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("what", what);
            json.put("before", before);
            json.put("after", after);
            return json;
        }
    }

    public ViewDiff {
        fields = List.copyOf(fields);
        terms = List.copyOf(terms);
    }

    /** Compares two answers. @param was the rulebook of the one before, @param is the rulebook of the one after */
    public static ViewDiff of(
            String dataset,
            @Nullable RecipientDecision before,
            @Nullable RecipientDecision after,
            Rulebook was,
            Rulebook is) {
        boolean both = released(before) && released(after);
        return new ViewDiff(
                words(before),
                words(after),
                fields(dataset, rules(before), rules(after), was, is),
                both ? terms(Objects.requireNonNull(before), Objects.requireNonNull(after)) : List.of());
    }

    /** Whether anything differs that anybody could see. */
    public boolean isEmpty() {
        return before.equals(after) && fields.isEmpty() && terms.isEmpty();
    }

    /** Whether something leaves that did not. */
    public boolean opens() {
        return fields.stream().anyMatch(field -> field.direction() == Direction.OPENS);
    }

    /** Whether something of a special category leaves that did not, or less protected. */
    public boolean opensSpecial() {
        return fields.stream().anyMatch(field -> field.special() && field.direction() != Direction.CLOSES);
    }

    private static boolean released(@Nullable RecipientDecision decision) {
        return decision != null && decision.disposition() == Disposition.RELEASE;
    }

    private static String words(@Nullable RecipientDecision decision) {
        if (decision == null) {
            return NOTHING;
        }
        return decision.disposition() == Disposition.RELEASE
                ? decision.disposition().code()
                : decision.disposition().code() + " ("
                        + decision.reasons().stream().map(ViewDiff::words).collect(Collectors.joining("; ")) + ")";
    }

    private static String words(Reason reason) {
        return reason.rule() + (reason.clause() == null ? "" : ", " + reason.clause());
    }

    private static SortedMap<String, FieldRule> rules(@Nullable RecipientDecision decision) {
        SortedMap<String, FieldRule> rules = new TreeMap<>();
        ProtectionPlan plan = decision == null ? null : decision.plan();
        if (plan != null) {
            plan.fields().forEach(rule -> rules.put(rule.pattern().text(), rule));
        }
        return rules;
    }

    private static List<FieldChange> fields(
            String dataset,
            SortedMap<String, FieldRule> before,
            SortedMap<String, FieldRule> after,
            Rulebook was,
            Rulebook is) {
        TreeSet<String> patterns = new TreeSet<>(before.keySet());
        patterns.addAll(after.keySet());
        List<FieldChange> changes = new ArrayList<>();
        for (String pattern : patterns) {
            FieldRule then = before.get(pattern);
            FieldRule now = after.get(pattern);
            if (!FieldChange.same(then, now)) {
                List<String> classes = classes(is, dataset, pattern).orElse(List.of());
                List<String> classesBefore = classes(was, dataset, pattern).orElse(List.of());
                changes.add(FieldChange.of(
                        pattern,
                        classes.isEmpty() ? classesBefore : classes,
                        special(is, classes) || special(was, classesBefore),
                        then,
                        now));
            }
        }
        return changes.stream().sorted().toList();
    }

    private static Optional<List<String>> classes(Rulebook rulebook, String dataset, String pattern) {
        Dataset declared = rulebook.datasets().get(dataset);
        return declared == null
                ? Optional.empty()
                : Optional.ofNullable(declared.fields().get(FieldPattern.parse(pattern)));
    }

    private static boolean special(Rulebook rulebook, List<String> classes) {
        return classes.stream()
                .map(rulebook.classes()::get)
                .filter(Objects::nonNull)
                .map(DataClass::kind)
                .anyMatch(kind -> kind == DataClass.Kind.SPECIAL_CATEGORY || kind == DataClass.Kind.CRIMINAL);
    }

    private static List<TermChange> terms(RecipientDecision before, RecipientDecision after) {
        List<TermChange> terms = new ArrayList<>();
        add(terms, "legal ground", legal(before), legal(after));
        add(terms, "reasons", reasons(before), reasons(after));
        ProtectionPlan was = Objects.requireNonNull(before.plan(), "a release has a plan");
        ProtectionPlan is = Objects.requireNonNull(after.plan(), "a release has a plan");
        add(terms, "envelope", json(was.envelope().toJson()), json(is.envelope().toJson()));
        add(terms, "undeclared", was.undeclared().name(), is.undeclared().name());
        add(terms, "labels", String.valueOf(was.labels()), String.valueOf(is.labels()));
        return terms;
    }

    private static String legal(RecipientDecision decision) {
        return decision.legal() == null ? "" : json(decision.legal().toJson());
    }

    private static String reasons(RecipientDecision decision) {
        return decision.reasons().stream().map(ViewDiff::words).collect(Collectors.joining("; "));
    }

    private static String json(Object value) {
        return CanonicalJson.text(value);
    }

    private static void add(List<TermChange> terms, String what, String before, String after) {
        if (!before.equals(after)) {
            terms.add(new TermChange(what, before, after));
        }
    }
}
