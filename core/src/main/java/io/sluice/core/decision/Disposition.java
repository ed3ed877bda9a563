package io.sluice.core.decision;

import java.util.Locale;

/** What becomes of a record for one recipient. */
public enum Disposition {
    /** A view goes out. */
    RELEASE,
    /** The rulebook gives the recipient nothing of it. */
    WITHHOLD,
    /** A fault: nothing goes out, the sealed record is kept for review. */
    QUARANTINE;

    /** The code in decisions and entries. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
