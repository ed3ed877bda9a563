package io.sluice.cli.quarantine;

import io.sluice.cli.CommandFailure;
import io.sluice.core.decision.Activation;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.evaluate.PolicyStore;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which revision an activation put in force. Immutable. */
public final class Revisions {
    private final Map<Long, Long> byActivation = new HashMap<>();

    /** As a store knows them. */
    public Revisions(PolicyStore store) {
        store.history(Instant.now())
                .forEach(entry -> byActivation.put(
                        entry.signed().activation().number(),
                        entry.signed().activation().revision()));
    }

    /** The revision of an activation; null where it stands in no topic. */
    public @Nullable Long of(long activation) {
        return byActivation.get(activation);
    }

    /** What a record is requeued under. @throws CommandFailure where no revision is in force */
    public static Activation current(PolicyStore store) {
        return store.inForce(Instant.now())
                .map(ActivePolicy::activation)
                .orElseThrow(() -> new CommandFailure("No revision is in force, so nothing can be decided; activate one"
                        + " (./sluice policy status says which there are)"));
    }
}
