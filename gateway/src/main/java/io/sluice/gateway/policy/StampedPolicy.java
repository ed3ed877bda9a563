package io.sluice.gateway.policy;

import io.sluice.gateway.admit.ActiveInForce;
import io.sluice.gateway.admit.InForce;
import io.sluice.gateway.admit.PolicySource;
import io.sluice.serving.policy.PolicyReader;
import java.time.Instant;
import java.util.Optional;

/** The newest activation of {@code policy.bundles}, as the gateway stamps it. Takes the reader over. Thread-safe. */
public final class StampedPolicy implements PolicySource {
    private final PolicyReader reader;

    public StampedPolicy(PolicyReader reader) {
        this.reader = reader;
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
        reader.close();
    }
}
