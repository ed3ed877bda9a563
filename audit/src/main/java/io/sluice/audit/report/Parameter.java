package io.sluice.audit.report;

import java.util.Locale;
import java.util.Optional;

/** What a report may be narrowed or told by. */
public enum Parameter {
    /** A subject, by its keyed reference. */
    SUBJECT,
    /** A dataset's id. */
    DATASET,
    /** A recipient's id. */
    RECIPIENT,
    /** The earliest time that an entry occurred. */
    FROM,
    /** The first time that is too late. */
    UNTIL,
    /** When the window began that this one is compared with. */
    BASELINE,
    /** When the deadlines began: a request came in, a breach was discovered. */
    CLOCK;

    /** The name in addresses and options. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The parameter of that name. */
    public static Optional<Parameter> ofCode(String code) {
        for (Parameter parameter : values()) {
            if (parameter.code().equals(code)) {
                return Optional.of(parameter);
            }
        }
        return Optional.empty();
    }
}
