package io.sluice.protection.keytree;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Both clocks of a machine, moved by hand. */
final class FakeTime extends Clock {
    private volatile long millis = Instant.parse("2026-11-26T08:00:00Z").toEpochMilli();
    private volatile long nanos = Long.MAX_VALUE - 1_000_000; // about to run over, as a monotonic clock may

    /** Time passes. */
    void pass(Duration time) {
        wallAlone(time);
        nanos += time.toNanos();
    }

    /** The wall clock is set, or the machine was suspended. */
    void wallAlone(Duration time) {
        millis += time.toMillis();
    }

    void setTo(long wallMillis) {
        millis = wallMillis;
    }

    long nanos() {
        return nanos;
    }

    @Override
    public long millis() {
        return millis;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
