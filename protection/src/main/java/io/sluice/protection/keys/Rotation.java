package io.sluice.protection.keys;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * A version of a key of a domain that was made because the one before was due.
 *
 * @param key the name of both versions
 * @param version the one that was made
 * @param id of the one that was made
 * @param at when it was made
 * @param cause why the one before was due
 */
public record Rotation(String key, int version, KeyId id, Instant at, Cause cause) {
    /** The limit that was reached. */
    public enum Cause {
        AGE,
        USES;

        /** As the ring's file and entries have it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Optional<Cause> ofWord(String word) {
            for (Cause cause : values()) {
                if (cause.word().equals(word)) {
                    return Optional.of(cause);
                }
            }
            return Optional.empty();
        }
    }
}
