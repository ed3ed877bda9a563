package io.sluice.policies.check;

import io.sluice.policies.load.Finding;
import io.sluice.policies.load.Finding.Severity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that {@code policy check} found, stage by stage. Immutable.
 *
 * @param stages in their order; each stage once
 */
public record Review(List<StageResult> stages) {
    public Review {
        stages = List.copyOf(stages);
    }

    /** All findings, by stage. */
    public List<Finding> findings() {
        return stages.stream().flatMap(stage -> stage.findings().stream()).toList();
    }

    /** How many findings are of a severity. */
    public long count(Severity severity) {
        return stages.stream().mapToLong(stage -> stage.count(severity)).sum();
    }

    /** Whether nothing has to be corrected. */
    public boolean passed() {
        return count(Severity.ERROR) == 0;
    }

    /** The JSON object of {@code policy check -o json}. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("errors", count(Severity.ERROR));
        json.put("warnings", count(Severity.WARNING));
        json.put("notes", count(Severity.NOTE));
        json.put("stages", stages.stream().map(Review::stage).toList());
        json.put(
                "findings",
                stages.stream()
                        .flatMap(stage -> stage.findings().stream().map(finding -> finding(stage, finding)))
                        .toList());
        return json;
    }

    private static Map<String, Object> stage(StageResult stage) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("stage", stage.stage().word());
        json.put("ran", stage.ran());
        json.put("summary", stage.summary());
        json.put("errors", stage.count(Severity.ERROR));
        json.put("warnings", stage.count(Severity.WARNING));
        json.put("notes", stage.count(Severity.NOTE));
        return json;
    }

    private static Map<String, Object> finding(StageResult stage, Finding finding) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("stage", stage.stage().word());
        json.putAll(finding.toJson());
        return json;
    }
}
