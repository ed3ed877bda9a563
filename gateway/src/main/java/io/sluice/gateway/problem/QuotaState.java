package io.sluice.gateway.problem;

import java.util.List;

/**
 * What a caller is told of a quota that it used up, as the {@code RateLimit-Policy} and {@code RateLimit} fields of
 * draft-ietf-httpapi-ratelimit-headers-10 (work in progress).
 *
 * @param policies every bound of the quota
 * @param name which of them was reached
 * @param waitSeconds until there is room again, at least 1; also the {@code Retry-After}
 */
public record QuotaState(List<Policy> policies, String name, long waitSeconds) {
    public QuotaState {
        policies = List.copyOf(policies);
        if (waitSeconds < 1) {
            throw new IllegalArgumentException("Who is refused waits at least a second");
        }
    }

    /**
     * One bound: so much of a unit in so many seconds.
     *
     * @param unit {@code content-bytes} of the draft's register, or {@code events}, which is ours
     */
    public record Policy(String name, long quota, String unit, int windowSeconds) {}

    /** The value of {@code RateLimit-Policy}. */
    public String policyField() {
        return String.join(
                ", ",
                policies.stream()
                        .map(policy -> "\"" + policy.name + "\";q=" + policy.quota + ";qu=\"" + policy.unit + "\";w="
                                + policy.windowSeconds)
                        .toList());
    }

    /** The value of {@code RateLimit}. */
    public String limitField() {
        return "\"" + name + "\";r=0;t=" + waitSeconds;
    }
}
