package io.sluice.audit.verify;

import java.util.Locale;

/** The answer to one question about a log. The three questions have one each; they are never merged into one. */
public enum Verdict {
    /** It holds. */
    HOLDS,
    /** It does not; the findings say where. */
    FAILS,
    /** It cannot be said yet: the log is still being written. */
    OPEN,
    /** Nothing is set up that could answer. */
    NOT_CONFIGURED;

    /** For people and JSON: lower case. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
