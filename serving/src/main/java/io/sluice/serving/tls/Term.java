package io.sluice.serving.tls;

import java.time.Duration;
import java.time.Instant;

/**
 * How long something holds that has to be renewed before.
 *
 * @param what it is, as its operator knows it
 * @param begins from when on it holds
 * @param ends when it holds no more
 */
record Term(String what, Instant begins, Instant ends) {
    private static final Duration WEEK = Duration.ofDays(7);
    private static final int QUARTER = 4;

    boolean ended(Instant now) {
        return !now.isBefore(ends);
    }

    /** In the last quarter of its time, and a week before its end at most: what is short-lived is renewed late. */
    boolean endsSoon(Instant now) {
        Duration quarter = Duration.between(begins, ends).dividedBy(QUARTER);
        return Duration.between(now, ends).compareTo(quarter.compareTo(WEEK) < 0 ? quarter : WEEK) < 0;
    }
}
