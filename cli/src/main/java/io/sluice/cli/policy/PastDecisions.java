package io.sluice.cli.policy;

import io.sluice.audit.index.AuditIndex;
import io.sluice.audit.query.DecisionInputs;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.impact.ImpactMeter;
import io.sluice.policies.impact.ImpactReport;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The decision inputs of the audit log, decided again. The index is the caller's to close. */
public final class PastDecisions {
    private final AuditIndex index;

    public PastDecisions(AuditIndex index) {
        this.index = index;
    }

    /** What would be different. @param since how far back, null for the whole log */
    public ImpactReport impact(ActivePolicy before, ActivePolicy after, @Nullable Duration since) {
        ImpactMeter meter = new ImpactMeter(before, after);
        new DecisionInputs(index)
                .forEach(since == null ? null : Instant.now().minus(since), null, new DecisionInputs.Asked() {
                    @Override
                    public void input(String json) {
                        meter.input(json);
                    }

                    @Override
                    public void records(long subject, long records) {
                        meter.records(subject, records);
                    }
                });
        return meter.report();
    }
}
