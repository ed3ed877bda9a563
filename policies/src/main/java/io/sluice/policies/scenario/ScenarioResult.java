package io.sluice.policies.scenario;

import io.sluice.core.decision.AdmissionInput;
import io.sluice.core.decision.ReleaseInput;
import io.sluice.policies.load.Finding;
import java.util.List;

/**
 * How a scenario went.
 *
 * @param file its file
 * @param title what it is about
 * @param steps how many steps it has
 * @param failures what is not as expected, in order
 * @param releases what the policy was asked about records
 * @param admissions what it was asked about producers
 */
public record ScenarioResult(
        String file,
        String title,
        int steps,
        List<Failure> failures,
        List<ReleaseInput> releases,
        List<AdmissionInput> admissions) {
    public ScenarioResult {
        failures = List.copyOf(failures);
        releases = List.copyOf(releases);
        admissions = List.copyOf(admissions);
    }

    /** Whether everything is as expected. */
    public boolean passed() {
        return failures.isEmpty();
    }

    /** What is not as expected. */
    public List<Finding> findings() {
        return failures.stream().map(Failure::finding).toList();
    }
}
