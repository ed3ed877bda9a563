package io.sluice.protection;

/** How often a property is tried: {@code -Dsluice.rounds=20} tries each twenty times as often, before a release or over night. */
public final class Rounds {
    private static final int TIMES = Integer.getInteger("sluice.rounds", 1);

    private Rounds() {}

    /** @param usual how often in every build */
    public static int of(int usual) {
        return Math.multiplyExact(usual, TIMES);
    }
}
