package io.sluice.audit.verify;

import io.sluice.audit.note.VerifierKey;
import org.jspecify.annotations.Nullable;

/**
 * How to verify.
 *
 * @param key the key that must have signed; null to take the one in the log, which then vouches for itself
 * @param maxFindings findings that are kept; more are counted
 * @param progress is told how many entries are done
 */
public record VerifierConfig(@Nullable VerifierKey key, int maxFindings, Progress progress) {
    /** Told now and then, on the verifying thread. */
    @FunctionalInterface
    public interface Progress {
        /** {@code done} of {@code total} entries are verified. */
        void at(long done, long total);
    }

    public VerifierConfig {
        if (maxFindings < 1) {
            throw new IllegalArgumentException("maxFindings is at least 1");
        }
    }

    /** Takes the key from the log, keeps 100 findings, tells nobody. */
    public static VerifierConfig defaults() {
        return new VerifierConfig(null, 100, (done, total) -> {});
    }

    /** The same with a key that the caller holds. */
    public VerifierConfig withKey(VerifierKey pinned) {
        return new VerifierConfig(pinned, maxFindings, progress);
    }

    /** The same with a listener. */
    public VerifierConfig withProgress(Progress listener) {
        return new VerifierConfig(key, maxFindings, listener);
    }
}
