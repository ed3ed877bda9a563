package io.sluice.policies.impact;

import io.sluice.core.decision.Disposition;
import io.sluice.core.decision.Legal;
import io.sluice.core.decision.Reason;
import io.sluice.core.decision.RecipientDecision;
import io.sluice.core.decision.ReleaseInput;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import io.sluice.policies.diff.ViewDiff;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.evaluate.DecisionInvalidException;
import io.sluice.policies.impact.ImpactReport.ViewImpact;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Decides what was asked about past records under two revisions, and counts what would be different. Each different decision
 * input is decided once, however many records it stands for. Holds a bit of each subject for each change. Not thread-safe.
 */
public final class ImpactMeter {
    private final ActivePolicy before;
    private final ActivePolicy after;
    private final Map<Answers, ViewDiff> compared = new HashMap<>();
    private final Map<View, Count> views = new LinkedHashMap<>();
    private final BitSet subjects = new BitSet();
    private final BitSet changedSubjects = new BitSet();
    private long inputs;
    private long records;
    private long changedRecords;
    private long unreadable;
    private List<Count> currentCounts = List.of();

    private record View(String dataset, String recipient, ViewDiff diff) {}

    /** What a view's difference follows from; plans are known by their digests. */
    private record Answers(
            String dataset,
            String recipient,
            @Nullable Answer before,
            @Nullable Answer after) {}

    private record Answer(
            Disposition disposition,
            @Nullable String plan,
            @Nullable Legal legal,
            List<Reason> reasons) {
        static @Nullable Answer of(@Nullable RecipientDecision decision) {
            return decision == null
                    ? null
                    : new Answer(decision.disposition(), decision.planDigest(), decision.legal(), decision.reasons());
        }
    }

    private static final class Count {
        private long inputs;
        private long records;
        private final BitSet subjects = new BitSet();
    }

    /**
     * @param before the revision in force
     * @param after the draft
     */
    public ImpactMeter(ActivePolicy before, ActivePolicy after) {
        this.before = before;
        this.after = after;
    }

    /** Takes an input as entries hold it; its records follow. */
    public void input(String json) {
        currentCounts = decide(json);
    }

    /**
     * Takes records of the last input, all of one subject.
     *
     * @param subject its number, from 1 up to {@link Integer#MAX_VALUE}; 0 for records without one
     */
    public void records(long subject, long count) {
        int number = Math.toIntExact(subject);
        records += count;
        mark(subjects, number);
        if (!currentCounts.isEmpty()) {
            changedRecords += count;
            mark(changedSubjects, number);
        }
        for (Count view : currentCounts) {
            view.records += count;
            mark(view.subjects, number);
        }
    }

    private static void mark(BitSet set, int number) {
        if (number > 0) {
            set.set(number);
        }
    }

    private List<Count> decide(String json) {
        ReleaseInput input;
        try {
            input = ReleaseInput.of(StrictJson.read(json.getBytes(StandardCharsets.UTF_8)));
        } catch (MalformedJsonException | IllegalArgumentException e) {
            unreadable++; // of a version with other inputs; the report says how many
            return List.of();
        }
        inputs++;
        SortedMap<String, RecipientDecision> was = answer(before, input);
        SortedMap<String, RecipientDecision> is = answer(after, input);
        TreeSet<String> recipients = new TreeSet<>(was.keySet());
        recipients.addAll(is.keySet());
        List<Count> counts = new ArrayList<>();
        for (String recipient : recipients) {
            ViewDiff diff = diff(input.dataset(), recipient, was.get(recipient), is.get(recipient));
            if (!diff.isEmpty()) {
                Count count = views.computeIfAbsent(new View(input.dataset(), recipient, diff), first -> new Count());
                count.inputs++;
                counts.add(count);
            }
        }
        return counts;
    }

    private ViewDiff diff(
            String dataset, String recipient, @Nullable RecipientDecision was, @Nullable RecipientDecision is) {
        return compared.computeIfAbsent(
                new Answers(dataset, recipient, Answer.of(was), Answer.of(is)),
                first -> ViewDiff.of(dataset, was, is, before.rulebook(), after.rulebook()));
    }

    /** No answer is one that releases nothing: the record would be quarantined. */
    private static SortedMap<String, RecipientDecision> answer(ActivePolicy policy, ReleaseInput input) {
        try {
            return policy.release(input).recipients();
        } catch (DecisionInvalidException e) {
            return Collections.emptySortedMap();
        }
    }

    /** What was found so far. */
    public ImpactReport report() {
        List<ViewImpact> found = new ArrayList<>();
        views.forEach((view, count) -> found.add(new ViewImpact(
                view.dataset(),
                view.recipient(),
                view.diff(),
                count.inputs,
                count.records,
                count.subjects.cardinality())));
        found.sort(Comparator.comparing(ViewImpact::records)
                .reversed()
                .thenComparing(ViewImpact::dataset)
                .thenComparing(ViewImpact::recipient));
        return new ImpactReport(
                before.bundle().digest(),
                after.bundle().digest(),
                inputs,
                unreadable,
                records,
                subjects.cardinality(),
                changedRecords,
                changedSubjects.cardinality(),
                found);
    }
}
