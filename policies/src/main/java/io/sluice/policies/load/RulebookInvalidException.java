package io.sluice.policies.load;

import io.sluice.policies.PolicyException;
import java.util.List;
import java.util.stream.Collectors;

/** A rulebook that does not load, or does not pass its check; carries every finding. */
public final class RulebookInvalidException extends PolicyException {
    private static final long serialVersionUID = 1L;

    private final transient List<Finding> findings;

    public RulebookInvalidException(List<Finding> findings) {
        super(findings.stream().sorted().map(Finding::toString).collect(Collectors.joining("\n")));
        this.findings = findings.stream().sorted().toList();
    }

    /** What is wrong, errors first. */
    public List<Finding> findings() {
        return findings;
    }
}
