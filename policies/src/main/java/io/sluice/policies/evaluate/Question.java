package io.sluice.policies.evaluate;

import io.sluice.core.decision.AdmissionInput;
import io.sluice.core.decision.ReleaseInput;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.Producer;
import io.sluice.core.rulebook.Rulebook;
import io.sluice.policies.verify.VerifiedBundle;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A question to the policy.
 *
 * @param entrypoint which
 * @param canonicalInput the input as RFC 8785 bytes
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record Question(Entrypoint entrypoint, byte[] canonicalInput) {
    /** Most datasets that an instance is warmed with; what they share is the code, not the tables. */
    static final int MAX_WARM_UP_DATASETS = 4;

    /** What a rulebook's producers will ask first: one admission and one release for each of some datasets. */
    static List<Question> warmUp(VerifiedBundle bundle) {
        Rulebook rulebook = bundle.rulebook();
        LocalDate day = bundle.metadata().notBefore().atOffset(ZoneOffset.UTC).toLocalDate();
        Map<String, List<Question>> byDataset = new TreeMap<>();
        for (Producer producer : rulebook.producers().values()) {
            producer.grants().forEach((id, purposes) -> {
                Dataset dataset = rulebook.datasets().get(id);
                if (dataset != null && !purposes.isEmpty() && byDataset.size() < MAX_WARM_UP_DATASETS) {
                    byDataset.putIfAbsent(id, about(producer, dataset, purposes.get(0), day));
                }
            });
        }
        List<Question> questions = new ArrayList<>();
        byDataset.values().forEach(questions::addAll);
        return List.copyOf(questions);
    }

    private static List<Question> about(Producer producer, Dataset dataset, String purpose, LocalDate day) {
        AdmissionInput admission = new AdmissionInput(producer.id(), dataset.id(), purpose, null);
        ReleaseInput release = new ReleaseInput(
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
        return List.of(
                new Question(Entrypoint.ADMISSION, admission.canonical()),
                new Question(Entrypoint.TERMS, release.canonical()));
    }
}
