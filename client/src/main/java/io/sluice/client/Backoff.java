package io.sluice.client;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** How long to wait before a repeat: doubling, with full jitter, and never shorter than the gateway asks for. */
final class Backoff {
    private static final long MOST_ASKED_SECONDS = 300;

    private final ClientSettings.Limits limits;
    private final RandomGenerator random;
    private int failures;

    Backoff(ClientSettings.Limits limits, RandomGenerator random) {
        this.limits = limits;
        this.random = random;
    }

    /** Something went well: the next pause is a first one. */
    void reset() {
        failures = 0;
    }

    /** The next pause. @param asked what {@code Retry-After} says */
    Duration next(Optional<Duration> asked) {
        long bound = limits.longestPause().toMillis();
        long doubled = limits.firstPause().toMillis() << Math.min(failures, 20);
        failures++;
        Duration own = Duration.ofMillis(random.nextLong(Math.max(1, Math.min(bound, doubled)) + 1));
        return asked.map(at -> at.plus(own)).orElse(own);
    }

    /** The seconds that {@code Retry-After} asks for (RFC 9110 section 10.2.3); dates are not looked at. */
    static Optional<Duration> asked(HttpHeaders headers) {
        return headers.firstValue("retry-after")
                .filter(value -> value.matches("[0-9]{1,9}"))
                .map(Long::parseLong)
                .map(seconds -> Duration.ofSeconds(Math.min(seconds, MOST_ASKED_SECONDS)));
    }
}
