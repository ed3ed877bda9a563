package io.sluice.benchmarks.decision;

import io.sluice.core.decision.ReleaseInput;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.Producer;
import io.sluice.core.rulebook.Rulebook;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What the protect job asks about the records that the rulebook's producers may post: each dataset and purpose of a grant
 * in turn, one day after the other. No two questions are alike, so that no cache answers one that was not asked before.
 */
final class Questions {
    private final List<Function<LocalDate, ReleaseInput>> grants = new ArrayList<>();
    private LocalDate day;
    private int next;

    Questions(Rulebook rulebook, LocalDate firstDay) {
        this.day = firstDay;
        for (Producer producer : rulebook.producers().values()) {
            producer.grants().forEach((id, purposes) -> {
                Dataset dataset = rulebook.datasets().get(id);
                if (dataset != null) {
                    purposes.forEach(purpose -> grants.add(on -> question(on, producer, dataset, purpose)));
                }
            });
        }
    }

    private static ReleaseInput question(LocalDate day, Producer producer, Dataset dataset, String purpose) {
        return new ReleaseInput(
                day,
                dataset.id(),
                dataset.controller(),
                producer.id(),
                producer.org(),
                purpose,
                null,
                List.of(),
                List.of(),
                List.of(),
                new TreeMap<>());
    }

    /** The next ones. */
    List<ReleaseInput> next(int count) {
        List<ReleaseInput> questions = new ArrayList<>(count);
        while (questions.size() < count) {
            questions.add(grants.get(next).apply(day));
            next = (next + 1) % grants.size();
            day = next == 0 ? day.plusDays(1) : day;
        }
        return questions;
    }
}
