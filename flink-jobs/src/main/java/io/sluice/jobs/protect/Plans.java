package io.sluice.jobs.protect;

import io.sluice.core.decision.ProtectionPlan;
import io.sluice.core.event.Topics;
import io.sluice.jobs.kafka.KafkaOutput;
import io.sluice.jobs.kafka.TopicDirectory;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps every plan that an entry cites: its bytes go to {@code policy.plans} in the transaction of the first record of this
 * task that cites it (P5). The topic is compacted, so plans that several tasks write are kept once. Confined to the task
 * thread; a restarted task starts anew.
 */
final class Plans {
    /** Most digests that are remembered; beyond, all are written again once. */
    private static final int MAX_REMEMBERED = 100_000;

    private final Topics topics;
    private final TopicDirectory directory;
    private final Set<String> written = new HashSet<>();

    Plans(Topics topics, TopicDirectory directory) {
        this.topics = topics;
        this.directory = directory;
    }

    /** The plan's record, null where it was written before; nothing is remembered yet. */
    @Nullable
    KafkaOutput unwritten(ProtectionPlan plan, String digest, long appendedMs) {
        return written.contains(digest)
                ? null
                : new KafkaOutput(
                        topics.plans(),
                        KafkaOutput.BY_KEY,
                        Math.max(0, appendedMs),
                        digest.getBytes(StandardCharsets.UTF_8),
                        List.of(),
                        plan.canonical());
    }

    /** Whether the topic takes it: a plan that cannot be kept must not be cited. */
    boolean fits(KafkaOutput plan) {
        return directory
                .facts(topics.plans())
                .filter(topic -> topic.takes(plan))
                .isPresent();
    }

    /** Remembers that a plan goes to the sink with the record at hand. */
    void written(String digest) {
        if (written.size() >= MAX_REMEMBERED) {
            written.clear();
        }
        written.add(digest);
    }
}
