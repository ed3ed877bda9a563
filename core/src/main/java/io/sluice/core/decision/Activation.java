package io.sluice.core.decision;

import io.sluice.core.encoding.Names;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The number that fixes which revision decides: stamped into every record at the gateway (promise P9).
 *
 * @param number monotonic, from 1
 * @param bundle SHA-256 of the active bundle, hex
 * @param revision revision of that bundle
 * @param tenant the deployment's tenant
 * @param issued when it was issued
 * @param rollout what it does beyond that; null for one that puts a newer revision in force and nothing else
 */
public record Activation(
        long number,
        String bundle,
        long revision,
        String tenant,
        Instant issued,
        @Nullable Rollout rollout) {
    /** One that puts a newer revision in force and nothing else. */
    public Activation(long number, String bundle, long revision, String tenant, Instant issued) {
        this(number, bundle, revision, tenant, issued, null);
    }

    public Activation {
        Names.requireId("tenant", tenant);
        if (number < 1 || revision < 1) {
            throw new IllegalArgumentException("activation and revision start at 1");
        }
        if (number == Long.MAX_VALUE) {
            throw new IllegalArgumentException("no activation could follow");
        }
        if (!bundle.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("bundle must be a SHA-256 in hex");
        }
    }

    /** The active revision. */
    public Candidate active() {
        return new Candidate(bundle, revision);
    }

    /** The revision that decides a share of the subjects in place of the active one. */
    public Optional<Canary> canary() {
        return rollout == null ? Optional.empty() : Optional.ofNullable(rollout.canary());
    }

    /** The revision that is asked too and decides nothing. */
    public Optional<Candidate> shadow() {
        return rollout == null ? Optional.empty() : Optional.ofNullable(rollout.shadow());
    }

    /** Whether records that were stamped before are decided under the active revision too. */
    public boolean isFloor() {
        return rollout != null && rollout.floor();
    }

    /** The canary that this one takes back, where it is the return of one. */
    public Optional<Candidate> returned() {
        return rollout == null ? Optional.empty() : Optional.ofNullable(rollout.returned());
    }

    /**
     * The activation that takes its canary back where that has a limit: all that stood beside the canary, under the next
     * number, which is kept for it. It is issued with this one and published when the limit is reached.
     */
    public Optional<Activation> back() {
        return canary().filter(canary -> canary.returnAt() != null)
                .map(canary -> new Activation(
                        number + 1,
                        bundle,
                        revision,
                        tenant,
                        issued,
                        new Rollout(null, shadow().orElse(null), false, canary.candidate())));
    }
}
