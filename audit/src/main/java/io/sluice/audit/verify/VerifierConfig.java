package io.sluice.audit.verify;

import io.sluice.audit.note.CosignerKey;
import io.sluice.audit.note.SignedNote;
import io.sluice.audit.note.VerifierKey;
import java.time.Clock;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How to verify.
 *
 * @param key the key that must have signed; null to take the one in the log, which then vouches for itself
 * @param mlDsa the log's ML-DSA-44 key that must have signed too; null not to ask
 * @param witnesses who must have cosigned; {@link WitnessPolicy#NONE} not to ask
 * @param since a checkpoint of this log that the auditor kept, as a signed note; null for none
 * @param maxFindings findings that are kept; more are counted
 * @param clock tells how old cosignatures are
 * @param progress is told how many entries are done
 */
public record VerifierConfig(
        @Nullable VerifierKey key,
        @Nullable CosignerKey mlDsa,
        WitnessPolicy witnesses,
        @Nullable SignedNote since,
        int maxFindings,
        Clock clock,
        Progress progress) {
    /** Told now and then, on the verifying thread. */
    @FunctionalInterface
    public interface Progress {
        /** {@code done} of {@code total} entries are verified. */
        void at(long done, long total);
    }

    public VerifierConfig {
        Objects.requireNonNull(witnesses, "witnesses is null");
        Objects.requireNonNull(clock, "clock is null");
        if (maxFindings < 1) {
            throw new IllegalArgumentException("maxFindings is at least 1");
        }
    }

    /** Takes the key from the log, asks for no witness, keeps 100 findings, tells nobody. */
    public static VerifierConfig defaults() {
        return new VerifierConfig(null, null, WitnessPolicy.NONE, null, 100, Clock.systemUTC(), (done, total) -> {});
    }

    /** The same with a key that the caller holds. */
    public VerifierConfig withKey(VerifierKey pinned) {
        return new VerifierConfig(pinned, mlDsa, witnesses, since, maxFindings, clock, progress);
    }

    /** The same with the log's ML-DSA-44 key, which the caller holds. */
    public VerifierConfig withMlDsa(CosignerKey pinned) {
        return new VerifierConfig(key, pinned, witnesses, since, maxFindings, clock, progress);
    }

    /** The same with witnesses to ask for. */
    public VerifierConfig withWitnesses(WitnessPolicy policy) {
        return new VerifierConfig(key, mlDsa, policy, since, maxFindings, clock, progress);
    }

    /** The same with a checkpoint that the auditor kept. */
    public VerifierConfig withSince(SignedNote checkpoint) {
        return new VerifierConfig(key, mlDsa, witnesses, checkpoint, maxFindings, clock, progress);
    }

    /** The same with another clock. */
    public VerifierConfig withClock(Clock other) {
        return new VerifierConfig(key, mlDsa, witnesses, since, maxFindings, other, progress);
    }

    /** The same with a listener. */
    public VerifierConfig withProgress(Progress listener) {
        return new VerifierConfig(key, mlDsa, witnesses, since, maxFindings, clock, listener);
    }
}
