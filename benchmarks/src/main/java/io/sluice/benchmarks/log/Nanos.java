package io.sluice.benchmarks.log;

import java.util.Arrays;

/** Times that were taken, in nanoseconds. */
final class Nanos {
    private final long[] sorted;

    Nanos(long[] taken) {
        this.sorted = taken.clone();
        Arrays.sort(sorted);
    }

    double medianMillis() {
        return sorted[sorted.length / 2] / 1e6;
    }

    /** 99 of 100 took no longer. */
    double p99Millis() {
        return sorted[Math.min(sorted.length - 1, (int) Math.ceil(sorted.length * 0.99) - 1)] / 1e6;
    }

    double seconds() {
        return Arrays.stream(sorted).sum() / 1e9;
    }
}
