package io.sluice.policies.check;

import io.sluice.policies.load.Finding;
import io.sluice.policies.load.RulebookInvalidException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What {@code policy check} found, errors first. Immutable.
 *
 * @param findings in order
 */
public record CheckReport(List<Finding> findings) {
    public CheckReport {
        findings = findings.stream().sorted().distinct().toList();
    }

    /** Findings that keep the rulebook from being built. */
    public List<Finding> errors() {
        return findings.stream()
                .filter(finding -> finding.severity() == Finding.Severity.ERROR)
                .toList();
    }

    /** Throws where there are errors. */
    public void requireNoErrors() {
        if (!errors().isEmpty()) {
            throw new RulebookInvalidException(errors());
        }
    }

    private long count(Finding.Severity severity) {
        return findings.stream()
                .filter(finding -> finding.severity() == severity)
                .count();
    }

    /** One line per finding. */
    public String text() {
        return findings.stream().map(Finding::toString).collect(Collectors.joining("\n"));
    }

    /** The JSON object of {@code policy check -o json}. */
    public Map<String, Object> toJson() {
        return Map.of(
                "errors", errors().size(),
                "warnings", count(Finding.Severity.WARNING),
                "notes", count(Finding.Severity.NOTE),
                "findings", findings.stream().map(Finding::toJson).toList());
    }
}
