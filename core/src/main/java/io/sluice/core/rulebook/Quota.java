package io.sluice.core.rulebook;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How much a producer may send to one gateway process.
 *
 * @param whole of everything that it sends, choices too
 * @param datasets of single datasets, within the whole; a dataset that is not named has no bound of its own
 */
public record Quota(Rate whole, SortedMap<String, Rate> datasets) {
    /** No bound. */
    public static final Quota NONE = new Quota(Rate.NONE, new TreeMap<>());

    public Quota {
        datasets = Collections.unmodifiableSortedMap(new TreeMap<>(datasets));
    }

    /** A bound on events alone, of one second's burst. @param eventsPerSecond 0 for none */
    public static Quota ofEvents(int eventsPerSecond) {
        return new Quota(new Rate(eventsPerSecond, 0, 1), new TreeMap<>());
    }

    /** The bound of a dataset; {@link Rate#NONE} where it has none. */
    public Rate of(String dataset) {
        return datasets.getOrDefault(dataset, Rate.NONE);
    }

    /**
     * A sustained rate, and how much of it may come at once.
     *
     * @param eventsPerSecond 0 for no bound
     * @param bytesPerSecond of payloads as sent; 0 for no bound
     * @param burstSeconds how many seconds' worth may come at once after a silence
     */
    public record Rate(int eventsPerSecond, long bytesPerSecond, int burstSeconds) {
        /** No bound. */
        public static final Rate NONE = new Rate(0, 0, 1);

        public Rate {
            if (eventsPerSecond < 0 || bytesPerSecond < 0 || burstSeconds < 1) {
                throw new IllegalArgumentException("rates start at 0, a burst at 1 second");
            }
        }

        /** Whether it bounds nothing. */
        public boolean isNone() {
            return eventsPerSecond == 0 && bytesPerSecond == 0;
        }
    }
}
