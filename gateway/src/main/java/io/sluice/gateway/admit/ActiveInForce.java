package io.sluice.gateway.admit;

import io.sluice.core.decision.AdmissionDecision;
import io.sluice.core.decision.AdmissionInput;
import io.sluice.core.rulebook.Rulebook;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.evaluate.DatasetGroup;
import java.time.Instant;
import java.util.Optional;

/** An active policy as the gateway sees it. */
public record ActiveInForce(ActivePolicy policy) implements InForce {
    @Override
    public long activation() {
        return policy.number();
    }

    @Override
    public long revision() {
        return policy.bundle().revision();
    }

    @Override
    public Instant expires() {
        return policy.bundle().metadata().expires();
    }

    @Override
    public String bundle() {
        return policy.bundle().digest();
    }

    @Override
    public Rulebook rulebook() {
        return policy.rulebook();
    }

    @Override
    public Optional<DatasetGroup> group(String name) {
        return policy.group(name);
    }

    @Override
    public AdmissionDecision admit(AdmissionInput input) {
        return policy.admit(input);
    }
}
