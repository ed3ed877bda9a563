package io.sluice.policies.evaluate;

import io.sluice.policies.verify.Widening;
import java.util.List;
import java.util.Optional;

/**
 * Which of several policies opens nothing beyond any of the others. A floor closes what records were stamped with, and the
 * revision stamped may itself be stricter somewhere: whoever decides must not open what one of them keeps closed. Stateless.
 */
public final class Strictest {
    private Strictest() {}

    /**
     * The first that opens nothing of a dataset beyond each of the others; empty where every one opens something that another
     * keeps closed, and then nothing may be released (promise P1).
     */
    public static Optional<ActivePolicy> of(List<ActivePolicy> policies, String dataset) {
        return policies.stream()
                .filter(one -> policies.stream().noneMatch(other -> opensBeyond(one, other, dataset)))
                .findFirst();
    }

    private static boolean opensBeyond(ActivePolicy one, ActivePolicy other, String dataset) {
        return !one.bundle().digest().equals(other.bundle().digest())
                && Widening.of(other.bundle(), one.bundle()).opens(dataset);
    }
}
