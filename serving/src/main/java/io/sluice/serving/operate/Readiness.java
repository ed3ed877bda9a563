package io.sluice.serving.operate;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Whether a room can do its work now: named checks, each silent or saying what is wrong. Thread-safe. */
public final class Readiness {
    private final Map<String, Supplier<Optional<String>>> checks;

    /** @param checks by name; empty means fine, a text says what is wrong */
    public Readiness(Map<String, Supplier<Optional<String>>> checks) {
        this.checks = Collections.unmodifiableMap(new LinkedHashMap<>(checks));
    }

    /** What each check says: empty where fine. */
    public Map<String, String> findings() {
        Map<String, String> findings = new LinkedHashMap<>();
        checks.forEach((name, check) -> findings.put(name, check.get().orElse("")));
        return findings;
    }

    /** Whether each check is fine. */
    public boolean ready() {
        return findings().values().stream().allMatch(String::isEmpty);
    }

    /** What is wrong on one line, each with its check's name; empty where all is fine. */
    public String problems() {
        return findings().entrySet().stream()
                .filter(finding -> !finding.getValue().isEmpty())
                .map(finding -> finding.getKey() + ": " + finding.getValue())
                .collect(Collectors.joining("; "));
    }
}
