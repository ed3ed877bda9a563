package io.sluice.audit.witness;

import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Whom a log asks to cosign its checkpoints.
 *
 * @param witnesses at most {@link #MAX_WITNESSES}; none to ask nobody
 * @param tls whose certificates are trusted; null for the JDK's authorities
 * @param timeout for one question
 */
public record CosigningConfig(
        List<WitnessAddress> witnesses, @Nullable SSLContext tls, Duration timeout) {
    /** The most witnesses; their signatures and the log's own stand in one note. */
    public static final int MAX_WITNESSES = 12;

    public CosigningConfig {
        witnesses = List.copyOf(witnesses);
        if (witnesses.size() > MAX_WITNESSES) {
            throw new IllegalArgumentException("at most " + MAX_WITNESSES + " witnesses are asked");
        }
        if (witnesses.stream().map(WitnessAddress::name).distinct().count() < witnesses.size()) {
            throw new IllegalArgumentException("each witness is named once");
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout is more than 0");
        }
    }

    /** Asks nobody. */
    public static CosigningConfig none() {
        return new CosigningConfig(List.of(), null, Duration.ofSeconds(5));
    }
}
