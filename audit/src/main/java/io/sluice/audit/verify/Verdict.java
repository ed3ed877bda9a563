package io.sluice.audit.verify;

import java.util.Locale;

/** The answer to one question about a log. Each question has one; they are never merged. */
public enum Verdict {
    /** It holds. */
    HOLDS,
    /** It does not; the findings say where. */
    FAILS,
    /** It cannot be said yet of the end of the log, which is still being written; it holds for what is before. */
    OPEN,
    /** Nobody asked: not a pass. */
    NOT_ASKED;

    /** For people and JSON: lower case. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
