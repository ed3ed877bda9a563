package io.sluice.jobs.protect;

import io.sluice.core.event.Topics;
import io.sluice.jobs.canary.CanaryWatch;
import io.sluice.jobs.kafka.TopicDirectory;
import io.sluice.jobs.kafka.TopicFacts;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.shadow.TaskShadow;
import io.sluice.policies.status.StatusBeat;
import io.sluice.protection.seal.UnwrapLimits;
import java.time.Clock;

/** Opens the steps of a subtask over what its JVM shares. */
class SharedSteps implements StepsFactory {
    private static final long serialVersionUID = 1;

    private final ProtectConfig config;

    SharedSteps(ProtectConfig config) {
        this.config = config;
    }

    @Override
    public Steps open(int subtask) {
        SharedParts parts = SharedParts.acquire(config);
        try {
            return open(parts, subtask);
        } catch (RuntimeException e) {
            SharedParts.release(config);
            throw e;
        }
    }

    private Steps open(SharedParts parts, int subtask) {
        ProtectLimits limits = config.limits();
        Topics topics = config.topics();
        TopicDirectory directory = parts.topics();
        KeyedHash hashes = new KeyedHash(config.tenant(), parts.fieldKeys().ring());
        Plans plans = new Plans(topics, directory);
        Entries entries = new Entries(
                topics,
                "protect/" + subtask,
                required(directory, topics.audit()).partitions());
        Tickets tickets = new Tickets(config.tenant(), parts.fieldKeys().ring());
        QuarantineRecord quarantine = new QuarantineRecord(
                topics, required(directory, topics.quarantine()).maxMessageBytes(), tickets);
        SubjectKeyring subjectKeys = subjectKeys(parts);
        StatusBeat beat = parts.status();
        TaskPolicy policy = new TaskPolicy(
                subtask,
                beat::standing,
                beat::unwritten,
                new TaskShadow(number -> parts.policies().shadow(number).map(ActivePolicy::bundle), Clock.systemUTC()),
                subtask == 0 ? new CanaryWatch(config.kafka(), topics, parts.policies(), parts.root()) : null,
                Clock.systemUTC());
        beat.add(policy);
        return new Steps(
                tickets,
                new Unseal(
                        parts.sealKeys().opener(UnwrapLimits.DEFAULT),
                        parts.fieldKeys().ring().reach()::now,
                        new BoundedWait(limits.keyWait(), System::nanoTime)),
                hashes,
                new Decide(policies(parts, policy)),
                subjectKeys,
                new RecentCodes(System::nanoTime),
                parts.fieldKeys().ring().envelopes(),
                new Protect(
                        topics,
                        directory,
                        new PlanViews(
                                config.tenant(),
                                parts.fieldKeys().ring(),
                                subjectKeys,
                                limits.maxViewBytes(),
                                config.keys().fpe()),
                        plans,
                        hashes,
                        limits.maxViewBytes()),
                new Notices(topics, directory, hashes),
                new Disposal(topics, entries, quarantine, plans),
                policy,
                () -> {
                    policy.close();
                    beat.remove(policy);
                    SharedParts.release(config);
                });
    }

    private SubjectKeyring subjectKeys(SharedParts parts) {
        return parts.subjectKeys()
                .<SubjectKeyring>map(keys -> new TreeKeyring(
                        config.tenant(), keys, new BoundedWait(config.limits().keyWait(), System::nanoTime)))
                .orElseGet(() -> new RingKeyring(parts.fieldKeys().ring()));
    }

    /** The policies that the subtask asks. @param task counts for their shadows */
    Policies policies(SharedParts parts, TaskPolicy task) {
        return new KnownPolicies(
                parts.policies(),
                parts::policiesCaughtUp,
                config.limits().activationWait(),
                config.limits().engineWait(),
                System::nanoTime,
                task::shadow);
    }

    private static TopicFacts required(TopicDirectory directory, String topic) {
        return directory
                .facts(topic)
                .orElseThrow(() -> new IllegalStateException("Topic " + topic + " does not exist"));
    }
}
