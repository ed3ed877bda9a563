package io.sluice.policies.diff;

import java.util.Locale;

/** Which way a change goes. */
public enum Direction {
    /** More leaves, or it leaves less protected. */
    OPENS,
    /** Less leaves, or it leaves better protected. */
    CLOSES,
    /** Neither can be told from the order of strictness. */
    CHANGES;

    /** The word for people and programs. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
