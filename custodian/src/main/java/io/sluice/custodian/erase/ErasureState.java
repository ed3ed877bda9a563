package io.sluice.custodian.erase;

import java.util.Locale;

/** How far an erasure has come. */
public enum ErasureState {
    /** The choice was applied: the subject is blocked, its keys are there. */
    RECEIVED,
    /** A legal hold forbids more. */
    HELD,
    /** It is written down which keys go. */
    ORDERED,
    /** No state that is in force derives them any more; leases that began before may run. */
    PUNCTURED,
    /** What opens older states of the trees is destroyed. */
    DESTROYED,
    /** Certified: it is final. */
    ERASED;

    /** The code in JSON. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads a code. @throws IllegalArgumentException if it is none */
    public static ErasureState ofCode(String code) {
        for (ErasureState state : values()) {
            if (state.code().equals(code)) {
                return state;
            }
        }
        throw new IllegalArgumentException("state of an erasure is none of those that this version knows");
    }

    /** Whether its keys are being destroyed now. */
    boolean isUnderWay() {
        return this == ORDERED || this == PUNCTURED || this == DESTROYED;
    }

    /** Whether it waits for its turn or for the end of a hold. */
    boolean isWaiting() {
        return this == RECEIVED || this == HELD;
    }
}
