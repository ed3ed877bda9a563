package io.sluice.gateway.policy;

import io.sluice.core.decision.AdmissionDecision;
import io.sluice.core.decision.AdmissionInput;
import io.sluice.core.rulebook.Rulebook;
import io.sluice.gateway.admit.InForce;
import io.sluice.gateway.admit.PolicySource;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.evaluate.DatasetGroup;
import io.sluice.serving.policy.PolicyReader;
import java.time.Instant;
import java.util.Optional;

/** The newest activation of {@code policy.bundles}, as the gateway stamps it. Takes the reader over. Thread-safe. */
public final class StampedPolicy implements PolicySource {
    private final PolicyReader reader;

    public StampedPolicy(PolicyReader reader) {
        this.reader = reader;
    }

    /** An active policy as the gateway sees it. */
    private record Stored(ActivePolicy policy) implements InForce {
        @Override
        public long activation() {
            return policy.number();
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

    @Override
    public Optional<InForce> current(Instant now) {
        return reader.current(now).map(Stored::new);
    }

    @Override
    public Optional<String> finding(Instant now) {
        return reader.finding(now);
    }

    @Override
    public void close() {
        reader.close();
    }
}
