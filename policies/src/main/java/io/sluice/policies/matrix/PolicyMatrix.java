package io.sluice.policies.matrix;

import io.sluice.core.decision.Decision;
import io.sluice.core.decision.Disposition;
import io.sluice.core.decision.Reason;
import io.sluice.core.decision.RecipientDecision;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.Recipient;
import io.sluice.core.rulebook.Rulebook;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.evaluate.DecisionInvalidException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a revision does, whole: for each dataset and recipient each answer that the policy gives, and when. It is asked of the
 * policy, rules in Rego included, not worked out beside it: under every producer, purpose of collection and choice, and each
 * value of each attribute and each region alone. Immutable.
 *
 * <p>Two matrices compare by {@link MatrixRow#under} for each circumstance of either; a circumstance that one of them does not
 * know is a producer, purpose, attribute or region that came or went.
 *
 * @param day the day of the questions: agreements end on one
 * @param rulebook whose matrix it is
 * @param rows by dataset, by recipient; each pair has one
 */
public record PolicyMatrix(LocalDate day, Rulebook rulebook, SortedMap<String, SortedMap<String, MatrixRow>> rows) {
    /** The rule of a question that the policy does not answer: the record is quarantined (P1). */
    public static final String NO_ANSWER = "no-answer";

    private static final Comparator<MatrixCase> MOST_OPEN_FIRST = Comparator.comparing(
                    (MatrixCase one) -> one.decision().disposition())
            .thenComparing(one -> -one.when().size())
            .thenComparing(one -> one.when().get(0));

    public PolicyMatrix {
        SortedMap<String, SortedMap<String, MatrixRow>> frozen = new TreeMap<>();
        rows.forEach((dataset, row) -> frozen.put(dataset, Collections.unmodifiableSortedMap(new TreeMap<>(row))));
        rows = Collections.unmodifiableSortedMap(frozen);
    }

    /**
     * Asks a policy about everything; some thousand evaluations, a second or so.
     *
     * @throws IllegalArgumentException if there are too many circumstances to ask about
     */
    public static PolicyMatrix of(ActivePolicy policy, LocalDate day) {
        return of(policy, day, List.of());
    }

    /** Asks about some datasets; an empty list stands for all. */
    public static PolicyMatrix of(ActivePolicy policy, LocalDate day, Collection<String> datasets) {
        SortedMap<String, SortedMap<String, MatrixRow>> rows = new TreeMap<>();
        for (Dataset dataset : policy.rulebook().datasets().values()) {
            if (datasets.isEmpty() || datasets.contains(dataset.id())) {
                rows.put(dataset.id(), rows(policy, dataset, day));
            }
        }
        return new PolicyMatrix(day, policy.rulebook(), rows);
    }

    /** The row of a dataset for a recipient; empty where either is unknown. */
    public Optional<MatrixRow> row(String dataset, String recipient) {
        return Optional.ofNullable(rows.get(dataset)).map(row -> row.get(recipient));
    }

    /** The part of some recipients; an empty list stands for all. */
    public PolicyMatrix only(Collection<String> recipients) {
        SortedMap<String, SortedMap<String, MatrixRow>> part = new TreeMap<>();
        rows.forEach((dataset, row) -> {
            SortedMap<String, MatrixRow> kept = new TreeMap<>(row);
            kept.keySet().removeIf(recipient -> !recipients.isEmpty() && !recipients.contains(recipient));
            part.put(dataset, kept);
        });
        return new PolicyMatrix(day, rulebook, part);
    }

    /** Every row, by dataset and recipient. */
    public List<MatrixRow> all() {
        return rows.values().stream().flatMap(row -> row.values().stream()).toList();
    }

    /** Every cell of what goes out under most circumstances, by dataset, recipient and pattern. */
    public List<MatrixCell> cells() {
        List<MatrixCell> cells = new ArrayList<>();
        for (MatrixRow row : all()) {
            Dataset dataset = rulebook.datasets().get(row.dataset());
            row.fields()
                    .forEach(rule -> cells.add(new MatrixCell(
                            row.dataset(),
                            row.recipient(),
                            dataset == null ? List.of() : dataset.fields().getOrDefault(rule.pattern(), List.of()),
                            rule)));
        }
        return cells;
    }

    private static SortedMap<String, MatrixRow> rows(ActivePolicy policy, Dataset dataset, LocalDate day) {
        Map<String, Map<RecipientDecision, List<Circumstance>>> answers = new TreeMap<>();
        policy.rulebook().recipients().keySet().forEach(recipient -> answers.put(recipient, new LinkedHashMap<>()));
        for (Circumstance circumstance : Circumstances.of(policy.rulebook(), dataset)) {
            ask(policy, dataset, circumstance, day)
                    .forEach((recipient, decision) -> answers.computeIfAbsent(
                                    recipient, unknown -> new LinkedHashMap<>())
                            .computeIfAbsent(decision, first -> new ArrayList<>())
                            .add(circumstance));
        }
        SortedMap<String, MatrixRow> rows = new TreeMap<>();
        answers.forEach(
                (recipient, given) -> rows.put(recipient, new MatrixRow(dataset.id(), recipient, cases(given))));
        return rows;
    }

    private static List<MatrixCase> cases(Map<RecipientDecision, List<Circumstance>> given) {
        return given.entrySet().stream()
                .map(answer -> new MatrixCase(answer.getKey(), answer.getValue()))
                .sorted(MOST_OPEN_FIRST)
                .toList();
    }

    private static SortedMap<String, RecipientDecision> ask(
            ActivePolicy policy, Dataset dataset, Circumstance circumstance, LocalDate day) {
        try {
            Decision decision = policy.release(circumstance.input(policy.rulebook(), dataset, day));
            return decision.recipients();
        } catch (DecisionInvalidException e) {
            SortedMap<String, RecipientDecision> quarantined = new TreeMap<>();
            for (Recipient recipient : policy.rulebook().recipients().values()) {
                quarantined.put(
                        recipient.id(),
                        new RecipientDecision(
                                recipient.id(),
                                Disposition.QUARANTINE,
                                null,
                                null,
                                null,
                                List.of(new Reason(NO_ANSWER, null))));
            }
            return quarantined;
        }
    }
}
