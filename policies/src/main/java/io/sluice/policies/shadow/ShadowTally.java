package io.sluice.policies.shadow;

import io.sluice.core.decision.Candidate;
import io.sluice.core.decision.Decision;
import io.sluice.core.decision.ReleaseInput;
import io.sluice.policies.verify.VerifiedBundle;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts, for one task under one activation, what its shadow would have decided otherwise. The task counts: a look-up and an
 * increment for a record, and nothing that can fail or wait. Another thread asks the shadow, once for each different input,
 * and adds up.
 */
public final class ShadowTally {
    /** Different inputs that are found again at once; beyond it they begin anew. */
    public static final int MAX_AT_HAND = 4_096;
    /** Different inputs that wait for the other thread; beyond it records are counted as not compared. */
    public static final int MAX_HELD = 16_384;
    /** Different answers that are told apart; what more there are is counted as other. */
    public static final int MAX_DELTAS = 1_024;

    private final long activation;
    private final VerifiedBundle deciding;
    private final Candidate shadow;
    private final Instant since;

    private final Map<ReleaseInput, Pair> atHand = new HashMap<>(); // of the task
    private final Queue<Pair> pairs = new ConcurrentLinkedQueue<>();
    private final AtomicInteger held = new AtomicInteger();
    private final AtomicLong notCompared = new AtomicLong();

    private final Map<ShadowDelta, long[]> counts = new HashMap<>(); // of the other thread
    private volatile Totals totals = new Totals(0, 0, 0);

    /** @param records compared or failed */
    private record Totals(long records, long differing, long failed) {}

    private static final class Pair {
        private final ReleaseInput input;
        private final Decision decided;
        private final AtomicLong records = new AtomicLong(); // the task alone adds
        private volatile boolean closed; // the task adds no more
        private long @Nullable [] count; // of the other thread
        private long folded;

        private Pair(ReleaseInput input, Decision decided) {
            this.input = input;
            this.decided = decided;
        }
    }

    /**
     * @param activation the activation that names the shadow
     * @param deciding what decides under it
     * @param since now
     */
    public ShadowTally(long activation, VerifiedBundle deciding, Candidate shadow, Instant since) {
        this.activation = activation;
        this.deciding = deciding;
        this.shadow = shadow;
        this.since = since;
    }

    public long activation() {
        return activation;
    }

    /** What decides the records that are counted. */
    public VerifiedBundle deciding() {
        return deciding;
    }

    /** A record was decided. On the task's thread. */
    public void count(ReleaseInput input, Decision decided) {
        Pair pair = atHand.get(input);
        if (pair == null) {
            pair = hold(input, decided);
        }
        if (pair == null) {
            notCompared.lazySet(notCompared.get() + 1);
        } else {
            pair.records.lazySet(pair.records.get() + 1);
        }
    }

    private @Nullable Pair hold(ReleaseInput input, Decision decided) {
        if (atHand.size() >= MAX_AT_HAND) {
            atHand.values().forEach(pair -> pair.closed = true);
            atHand.clear();
        }
        if (held.get() >= MAX_HELD) {
            return null;
        }
        Pair pair = new Pair(input, decided);
        held.incrementAndGet();
        atHand.put(input, pair);
        pairs.add(pair);
        return pair;
    }

    /** Compares all that came since the last time and adds up. On the other thread. */
    public void fold(ShadowComparison comparison) {
        fold(comparison, () -> true);
    }

    /**
     * Compares what came since the last time and adds up. On the other thread.
     *
     * @param more whether another input may be asked about now; what is left is at the next time
     */
    void fold(ShadowComparison comparison, BooleanSupplier more) {
        for (Iterator<Pair> all = pairs.iterator(); all.hasNext(); ) {
            Pair pair = all.next();
            boolean closed = pair.closed; // read before the count: behind it nothing is added
            long records = pair.records.get();
            long[] count = pair.count;
            if (count == null && !more.getAsBoolean()) {
                continue;
            }
            if (count == null) {
                count = count(comparison.compare(pair.input, pair.decided));
                pair.count = count;
            }
            count[0] += records - pair.folded;
            pair.folded = records;
            if (closed) {
                all.remove();
                held.decrementAndGet();
            }
        }
        long records = 0;
        long differing = 0;
        long failed = 0;
        for (Map.Entry<ShadowDelta, long[]> entry : counts.entrySet()) {
            long count = entry.getValue()[0];
            records += count;
            differing += entry.getKey().differs() ? count : 0;
            failed += entry.getKey().failure() == null ? 0 : count;
        }
        totals = new Totals(records, differing, failed);
    }

    private long[] count(ShadowDelta delta) {
        boolean known = counts.size() < MAX_DELTAS || counts.containsKey(delta) || delta.failure() != null;
        return counts.computeIfAbsent(known ? delta : ShadowDelta.OTHER, first -> new long[1]);
    }

    /** Records that were decided, as of the last {@link #fold}. */
    public long records() {
        return totals.records() + notCompared.get();
    }

    /** Of those, for which some view would be different. */
    public long differing() {
        return totals.differing();
    }

    /** Of those, for which the shadow gave no decision. */
    public long failed() {
        return totals.failed();
    }

    /** What was counted, as of the last {@link #fold}, on whose thread this is asked. */
    public ShadowReport report() {
        Map<ShadowDelta.Change, Long> changes = new HashMap<>();
        TreeMap<String, Long> failures = new TreeMap<>();
        long other = 0;
        for (Map.Entry<ShadowDelta, long[]> entry : counts.entrySet()) {
            ShadowDelta delta = entry.getKey();
            long count = entry.getValue()[0];
            String failure = delta.failure();
            if (failure != null) {
                failures.merge(failure, count, Long::sum);
            } else if (delta.equals(ShadowDelta.OTHER)) {
                other += count;
            }
            delta.changes().forEach(change -> changes.merge(change, count, Long::sum));
        }
        List<ShadowReport.Row> rows = new ArrayList<>();
        changes.forEach((change, count) -> rows.add(new ShadowReport.Row(
                change.dataset(), change.recipient(), change.what(), change.from(), change.to(), count)));
        return new ShadowReport(
                        activation,
                        shadow.bundle(),
                        shadow.revision(),
                        since,
                        records(),
                        differing(),
                        notCompared.get(),
                        failures,
                        rows,
                        other)
                .bounded();
    }
}
