package io.sluice.gateway.policy;

import io.sluice.gateway.admit.ActiveInForce;
import io.sluice.gateway.admit.InForce;
import io.sluice.gateway.admit.PolicySource;
import io.sluice.policies.status.StatusBeat;
import io.sluice.serving.policy.PolicyReader;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The newest activation of {@code policy.bundles}, as the gateway stamps it. Takes the reader over. Thread-safe. */
public final class StampedPolicy implements PolicySource {
    private final PolicyReader reader;
    private final @Nullable StatusBeat beat;

    /** Tells officers nothing. */
    public StampedPolicy(PolicyReader reader) {
        this(reader, null);
    }

    /** @param beat tells officers what the reader knows; taken over too */
    public StampedPolicy(PolicyReader reader, @Nullable StatusBeat beat) {
        this.reader = reader;
        this.beat = beat;
    }

    @Override
    public Optional<InForce> current(Instant now) {
        return reader.current(now).map(ActiveInForce::new);
    }

    @Override
    public Optional<String> finding(Instant now) {
        return reader.finding(now);
    }

    @Override
    public void close() {
        if (beat != null) {
            beat.close(); // a last word, while there is something to say
        }
        reader.close();
    }
}
