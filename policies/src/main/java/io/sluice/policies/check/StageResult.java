package io.sluice.policies.check;

import io.sluice.policies.load.Finding;
import io.sluice.policies.load.Finding.Severity;
import java.util.List;

/**
 * How a stage of the check went.
 *
 * @param stage which
 * @param ran whether it could be run
 * @param summary what was looked at, or why it was not
 * @param findings what was found, errors first
 */
public record StageResult(Stage stage, boolean ran, String summary, List<Finding> findings) {
    public StageResult {
        findings = findings.stream().sorted().distinct().toList();
    }

    /** One that ran. */
    public static StageResult of(Stage stage, String summary, List<Finding> findings) {
        return new StageResult(stage, true, summary, findings);
    }

    /** One that did not, which is no finding by itself. */
    public static StageResult skipped(Stage stage, String reason) {
        return new StageResult(stage, false, reason, List.of());
    }

    /** How many findings are of a severity. */
    public long count(Severity severity) {
        return findings.stream()
                .filter(finding -> finding.severity() == severity)
                .count();
    }
}
