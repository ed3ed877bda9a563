package io.sluice.cli.config;

import static java.util.Objects.requireNonNull;

/**
 * A value that is never shown: not by {@code sluice config}, not in a message, not in a log. It is set in clear from an
 * environment variable ({@code password: ${KEYS_PASSWORD}}) or, better, from a file ({@code passwordFile: PATH}). It stays
 * in memory as a string; what must be wiped does not belong in a configuration.
 */
public final class Secret {
    private final String value;

    /** A secret of this value. */
    public Secret(String value) {
        this.value = requireNonNull(value, "value is null");
    }

    /** The value. Whoever calls this answers for where it goes. */
    public String reveal() {
        return value;
    }

    @Override
    public String toString() {
        return "********";
    }
}
