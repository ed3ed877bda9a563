package io.sluice.audit.index;

/** Texts as the tables hold them. No database's text holds U+0000, and whoever may write to the log's topic can name a thing so. */
public final class IndexText {
    private IndexText() {}

    /** As it is stored, and so compared. */
    public static String stored(String text) {
        return text.replace("\u0001", "\u00011").replace("\u0000", "\u00010");
    }

    /** What {@link #stored} was given. */
    public static String read(String stored) {
        return stored.replace("\u00010", "\u0000").replace("\u00011", "\u0001");
    }
}
