package io.sluice.core.decision;

import io.sluice.core.encoding.LengthPrefixed;
import io.sluice.core.encoding.Sha256;
import org.jspecify.annotations.Nullable;

/**
 * A revision that decides a stable share of the subjects. Who belongs to it is a function of the subject and the share
 * alone: the same in each task and on every replay, under each activation, and whoever belongs to a share belongs to every
 * greater one. Immutable.
 *
 * @param candidate the revision
 * @param shareBasisPoints the share of the subjects, in hundredths of a percent, from 1 to 9,999
 * @param returnAt when it goes back by itself; null for one that only an officer ends
 */
public record Canary(
        Candidate candidate, int shareBasisPoints, @Nullable ReturnLimit returnAt) {
    /** All of them, in basis points. */
    public static final int ALL = 10_000;

    /** One that only an officer ends. */
    public Canary(Candidate candidate, int shareBasisPoints) {
        this(candidate, shareBasisPoints, null);
    }

    public Canary {
        if (shareBasisPoints < 1 || shareBasisPoints >= ALL) {
            throw new IllegalArgumentException(
                    "the share of a canary is from 1 to 9,999 basis points (0.01% to 99.99%), not " + shareBasisPoints);
        }
    }

    /** Whether a record is decided under it. @param key the subject's reference; the event's id where there is no subject */
    public boolean includes(String key) {
        return slot(key) < shareBasisPoints;
    }

    /** From 0 to 9,999: the first 8 bytes of SHA-256 over the domain and the key, as a number, modulo 10,000. */
    static int slot(String key) {
        byte[] message =
                new LengthPrefixed().text("sluice-canary").u8(1).text(key).toBytes();
        return (int) Long.remainderUnsigned(
                Long.parseUnsignedLong(Sha256.hex(message).substring(0, 16), 16), ALL);
    }
}
