package io.sluice.jobs.protect;

import io.sluice.core.decision.ProtectionPlan;
import io.sluice.jobs.kafka.KafkaOutput;
import org.jspecify.annotations.Nullable;

/**
 * One recipient's view, ready to go.
 *
 * @param output the record for its topic
 * @param protectionPlan the plan that made it
 * @param planDigest digest of the plan that made it
 * @param plan the plan's record for {@code policy.plans}, null where this task has written it before
 */
record RecipientView(
        KafkaOutput output,
        ProtectionPlan protectionPlan,
        String planDigest,
        @Nullable KafkaOutput plan) {}
