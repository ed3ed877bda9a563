package io.sluice.gateway.problem;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What a caller is told of its quota, as the {@code RateLimit-Policy} and {@code RateLimit} fields of
 * draft-ietf-httpapi-ratelimit-headers-10 (work in progress).
 *
 * @param policies every bound of the quota
 * @param left what is left of them; where one was reached, that one alone
 */
public record QuotaState(List<Policy> policies, List<Left> left) {
    public QuotaState {
        policies = List.copyOf(policies);
        left = List.copyOf(left);
    }

    /**
     * A quota that was used up.
     *
     * @param name which bound was reached
     * @param waitSeconds until there is room again, at least 1
     */
    public static QuotaState usedUp(List<Policy> policies, String name, long waitSeconds) {
        if (waitSeconds < 1) {
            throw new IllegalArgumentException("Who is refused waits at least a second");
        }
        return new QuotaState(policies, List.of(new Left(name, 0, waitSeconds)));
    }

    /**
     * One bound: so much of a unit in so many seconds.
     *
     * @param unit {@code content-bytes} of the draft's register, or {@code events}, which is ours
     */
    public record Policy(String name, long quota, String unit, int windowSeconds) {}

    /**
     * What is left of a bound.
     *
     * @param remaining of its unit
     * @param seconds until all of it is there again; where it was reached, until there is room
     */
    public record Left(String name, long remaining, long seconds) {}

    /** The {@code Retry-After} where it was used up. */
    public long waitSeconds() {
        return left.stream().mapToLong(Left::seconds).max().orElse(1);
    }

    /** The value of {@code RateLimit-Policy}. */
    public String policyField() {
        return policies.stream()
                .map(policy -> "\"" + policy.name + "\";q=" + policy.quota + ";qu=\"" + policy.unit + "\";w="
                        + policy.windowSeconds)
                .collect(Collectors.joining(", "));
    }

    /** The value of {@code RateLimit}. */
    public String limitField() {
        return left.stream()
                .map(bound -> "\"" + bound.name + "\";r=" + bound.remaining + ";t=" + bound.seconds)
                .collect(Collectors.joining(", "));
    }
}
