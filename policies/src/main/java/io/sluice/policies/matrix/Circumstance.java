package io.sluice.policies.matrix;

import io.sluice.core.decision.ReleaseInput;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.Producer;
import io.sluice.core.rulebook.Purpose;
import io.sluice.core.rulebook.Rulebook;
import java.time.LocalDate;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a decision about a record of a dataset depends on, beside the day: who posted it, what for, what the subject chose,
 * where they live, what the record's attributes say. Two revisions are compared by asking both under equal circumstances.
 *
 * @param producer producer id
 * @param purpose purpose of collection
 * @param choice what the subject chose
 * @param region the subject's region code, null where unknown
 * @param attributes decision attributes
 */
public record Circumstance(
        String producer,
        String purpose,
        Choice choice,
        @Nullable String region,
        SortedMap<String, String> attributes) implements Comparable<Circumstance> {
    private static final Comparator<Circumstance> ORDER = Comparator.comparing(Circumstance::producer)
            .thenComparing(Circumstance::purpose)
            .thenComparing(Circumstance::choice)
            .thenComparing(Circumstance::region, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(circumstance -> circumstance.attributes().toString());

    /** What a subject chose, as far as a rulebook can tell it apart. */
    public enum Choice {
        /** Nothing. */
        NOTHING,
        /** To consent, to every purpose that rests on consent. */
        CONSENT,
        /** To object, to all purposes. */
        OBJECTION,
        /** To restrict, for all purposes. */
        RESTRICTION;

        /** The word for people and programs. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Circumstance {
        attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
    }

    /** The question that a record of a dataset makes under this circumstance on a day. */
    public ReleaseInput input(Rulebook rulebook, Dataset dataset, LocalDate day) {
        Producer poster = rulebook.producers().get(producer);
        return new ReleaseInput(
                day,
                dataset.id(),
                dataset.controller(),
                producer,
                poster == null ? "" : poster.org(),
                purpose,
                region,
                choice == Choice.CONSENT ? consentPurposes(rulebook) : List.of(),
                choice == Choice.OBJECTION ? List.of("*") : List.of(),
                choice == Choice.RESTRICTION ? List.of("*") : List.of(),
                attributes);
    }

    /** Purposes that rest on consent, sorted. */
    static List<String> consentPurposes(Rulebook rulebook) {
        return rulebook.purposes().values().stream()
                .filter(purpose -> purpose.consentText() != null)
                .map(Purpose::id)
                .sorted()
                .toList();
    }

    /** For people: {@code st-elsewhere for treatment, after restriction, status=final}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(producer).append(" for ").append(purpose);
        if (choice != Choice.NOTHING) {
            text.append(", after ").append(choice.code());
        }
        if (region != null) {
            text.append(", region ").append(region);
        }
        if (!attributes.isEmpty()) {
            text.append(", ")
                    .append(attributes.entrySet().stream()
                            .map(attribute -> attribute.getKey() + "=" + attribute.getValue())
                            .collect(Collectors.joining(", ")));
        }
        return text.toString();
    }

    @Override
    public int compareTo(Circumstance other) {
        return ORDER.compare(this, other);
    }
}
