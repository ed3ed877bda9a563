package io.sluice.policies.evaluate;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sluice.core.decision.Envelope;
import io.sluice.core.decision.ProtectionPlan;
import io.sluice.core.rulebook.Dataset;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Plans with their digests: many decisions come to the same plan, and a digest costs an encoding. Thread-safe. */
final class PlanCache {
    private static final int MAX_PLANS = 1_024;

    private final Cache<Key, Plan> plans =
            Caffeine.newBuilder().maximumSize(MAX_PLANS).build();

    /**
     * All that a plan depends on within one revision.
     *
     * @param fields the decision's own rules as canonical text, null where the matrix's row stands
     */
    record Key(
            String dataset,
            String recipient,
            Dataset.Undeclared undeclared,
            Envelope envelope,
            boolean labels,
            @Nullable String fields) {}

    /** A plan and its digest. */
    record Plan(ProtectionPlan plan, String digest) {}

    Plan get(Key key, Supplier<ProtectionPlan> make) {
        return plans.get(key, unused -> {
            ProtectionPlan plan = make.get();
            return new Plan(plan, plan.digest());
        });
    }
}
