package io.sluice.gateway.admit;

import io.sluice.core.rulebook.Producer;
import io.sluice.core.rulebook.Quota;
import io.sluice.gateway.problem.Problem;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.QuotaState;
import io.sluice.gateway.problem.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Token buckets of producers, and of single datasets of theirs: the {@code quota} of the producer's rulebook file, as it
 * stands in the policy in force. Per gateway process. An event that is larger than a full bucket passes once the bucket is
 * full and leaves it in debt, so the rate holds for events of any size. Thread-safe; as many buckets as the rulebook has
 * quotas.
 */
public final class Quotas {
    private final LongSupplier nanoTime;
    private final Map<Owner, Bucket> buckets = new ConcurrentHashMap<>();

    /** @param dataset null for all that the producer sends */
    private record Owner(String producer, @Nullable String dataset) {
        String prefix() {
            return dataset == null ? "" : "dataset-";
        }
    }

    /** @param nanoTime a monotonic clock */
    public Quotas(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Takes one event's worth of all that the producer may send.
     *
     * @throws RefusedException {@code quota-exceeded}
     */
    public void take(Producer producer, int bytes) {
        take(new Owner(producer.id(), null), producer.quota().whole(), bytes);
    }

    /**
     * Takes one event's worth of what the producer may send of a dataset.
     *
     * @throws RefusedException {@code quota-exceeded}
     */
    public void take(Producer producer, String dataset, int bytes) {
        take(new Owner(producer.id(), dataset), producer.quota().of(dataset), bytes);
    }

    private void take(Owner owner, Quota.Rate rate, int bytes) {
        if (rate.isNone()) {
            buckets.remove(owner);
            return;
        }
        long now = nanoTime.getAsLong();
        Refusal refusal =
                buckets.computeIfAbsent(owner, ignored -> new Bucket(now)).take(rate, bytes, now);
        if (refusal != null) {
            throw refused(owner, rate, refusal);
        }
    }

    /**
     * What is left of a producer's quota, nothing taken; null where it has none.
     *
     * @param dataset whose quota is told beside that of the whole; null for none
     */
    public @Nullable QuotaState left(Producer producer, @Nullable String dataset) {
        List<QuotaState.Policy> policies = new ArrayList<>();
        List<QuotaState.Left> left = new ArrayList<>();
        add(new Owner(producer.id(), null), producer.quota().whole(), policies, left);
        if (dataset != null) {
            add(new Owner(producer.id(), dataset), producer.quota().of(dataset), policies, left);
        }
        return policies.isEmpty() ? null : new QuotaState(policies, left);
    }

    private void add(Owner owner, Quota.Rate rate, List<QuotaState.Policy> policies, List<QuotaState.Left> left) {
        if (rate.isNone()) {
            return;
        }
        policies.addAll(policies(owner, rate));
        long now = nanoTime.getAsLong();
        Bucket bucket = buckets.computeIfAbsent(owner, ignored -> new Bucket(now));
        left.addAll(bucket.left(owner.prefix(), rate, now));
    }

    private static List<QuotaState.Policy> policies(Owner owner, Quota.Rate rate) {
        List<QuotaState.Policy> policies = new ArrayList<>();
        int window = rate.burstSeconds();
        if (rate.eventsPerSecond() > 0) {
            policies.add(new QuotaState.Policy(
                    owner.prefix() + "events", (long) rate.eventsPerSecond() * window, "events", window));
        }
        if (rate.bytesPerSecond() > 0) {
            policies.add(new QuotaState.Policy(
                    owner.prefix() + "bytes", rate.bytesPerSecond() * window, "content-bytes", window));
        }
        return policies;
    }

    private static RefusedException refused(Owner owner, Quota.Rate rate, Refusal refusal) {
        String granted = refusal.ofBytes
                ? rate.bytesPerSecond() + " bytes per second"
                : rate.eventsPerSecond() + " events per second";
        String of = owner.dataset == null ? "" : " of this dataset";
        return new RefusedException(new Problem(
                ProblemCode.QUOTA_EXCEEDED,
                "Your producer file grants " + granted + of + "; send more slowly.",
                null,
                null,
                List.of(),
                QuotaState.usedUp(
                        policies(owner, rate),
                        owner.prefix() + (refusal.ofBytes ? "bytes" : "events"),
                        refusal.waitSeconds)));
    }

    /** Why not now. */
    private record Refusal(boolean ofBytes, long waitSeconds) {}

    /** Guarded by itself. */
    private static final class Bucket {
        private double events = Double.POSITIVE_INFINITY;
        private double bytes = Double.POSITIVE_INFINITY;
        private long filledAt;

        Bucket(long now) {
            this.filledAt = now;
        }

        /** Null where it was taken; nothing is taken of either where one of them lacks. */
        synchronized @Nullable Refusal take(Quota.Rate rate, int size, long now) {
            fill(rate, now);
            if (events < 1) {
                return new Refusal(false, wait(1 - events, rate.eventsPerSecond()));
            }
            double needed = Math.min(size, (double) rate.bytesPerSecond() * rate.burstSeconds());
            if (bytes < needed) {
                return new Refusal(true, wait(needed - bytes, rate.bytesPerSecond()));
            }
            events -= 1;
            bytes -= size;
            return null;
        }

        /** What is there now; a bucket in debt has nothing. */
        synchronized List<QuotaState.Left> left(String prefix, Quota.Rate rate, long now) {
            fill(rate, now);
            List<QuotaState.Left> left = new ArrayList<>();
            if (rate.eventsPerSecond() > 0) {
                left.add(left(prefix + "events", events, rate.eventsPerSecond(), rate.burstSeconds()));
            }
            if (rate.bytesPerSecond() > 0) {
                left.add(left(prefix + "bytes", bytes, rate.bytesPerSecond(), rate.burstSeconds()));
            }
            return left;
        }

        private static QuotaState.Left left(String name, double level, double perSecond, int burstSeconds) {
            double lacking = perSecond * burstSeconds - level;
            return new QuotaState.Left(name, (long) Math.max(0, level), (long) Math.ceil(lacking / perSecond));
        }

        private void fill(Quota.Rate rate, long now) {
            // Callers read the clock before they come here: one that was overtaken credits nothing.
            double seconds = Math.max(0, now - filledAt) / 1e9;
            filledAt += Math.max(0, now - filledAt);
            events = filled(events, rate.eventsPerSecond(), rate.burstSeconds(), seconds);
            bytes = filled(bytes, rate.bytesPerSecond(), rate.burstSeconds(), seconds);
        }

        /** What is not bounded is endless: a policy that bounds it later begins with a full bucket, never with a debt. */
        private static double filled(double level, double perSecond, int burstSeconds, double seconds) {
            return perSecond > 0
                    ? Math.min(perSecond * burstSeconds, level + seconds * perSecond)
                    : Double.POSITIVE_INFINITY;
        }

        private static long wait(double lacking, double perSecond) {
            return Math.max(1, (long) Math.ceil(lacking / perSecond));
        }
    }
}
