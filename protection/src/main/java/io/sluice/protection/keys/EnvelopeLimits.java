package io.sluice.protection.keys;

import java.io.Serializable;
import java.time.Duration;

/**
 * When the key of a domain that values are encrypted under is replaced by its next version; old versions stay for what they
 * protect.
 *
 * @param maxAge longest time that one version encrypts, 1 h to 10 years
 * @param maxUses most views that one process makes with one version, 1,000 to 2<sup>48</sup>: far below where XAES-256-GCM
 *     with random nonces becomes unsafe
 */
public record EnvelopeLimits(Duration maxAge, long maxUses) implements Serializable {
    private static final long serialVersionUID = 1;

    /** The limits where none are set. */
    public static final EnvelopeLimits DEFAULT = new EnvelopeLimits(Duration.ofDays(365), 1_000_000_000);

    public EnvelopeLimits {
        if (maxAge.compareTo(Duration.ofHours(1)) < 0 || maxAge.compareTo(Duration.ofDays(3_660)) > 0) {
            throw new IllegalArgumentException("maxAge must be 1h to 3660d");
        }
        if (maxUses < 1_000 || maxUses > 1L << 48) {
            throw new IllegalArgumentException("maxUses must be 1000 to " + (1L << 48));
        }
    }
}
