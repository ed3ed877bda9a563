package io.sluice.audit.log;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names a tile of hashes or a bundle of entries, and gives its path (C2SP tlog-tiles): {@code tile/<L>/<N>[.p/<W>]}.
 *
 * @param level 0 to 7, or {@link #ENTRIES} for a bundle
 * @param index which tile of that level
 * @param width hashes or entries in it: 256 in a full one, 1 to 255 in a partial one
 */
public record TileId(int level, long index, int width) {
    /** The "level" of entry bundles. */
    public static final int ENTRIES = -1;

    /** Hashes in a full tile, entries in a full bundle. */
    public static final int FULL = 256;

    /** log2 of {@link #FULL}. */
    public static final int FULL_LOG2 = 8;

    /** Above this level no tile of a tree below 2^63 has a hash. */
    public static final int MAX_LEVEL = 7;

    private static final Pattern PATH =
            Pattern.compile("tile/([0-7]|entries)/((?:x\\d{3}/){0,6})(\\d{3})(?:\\.p/([1-9]\\d{0,2}))?");

    public TileId {
        if (level < ENTRIES || level > MAX_LEVEL || index < 0 || width < 1 || width > FULL) {
            throw new IllegalArgumentException("no such tile: level " + level + ", " + index + ", width " + width);
        }
    }

    /** The tile or bundle {@code index} as it is in a tree of {@code size}; empty where that tree has none. */
    public static Optional<TileId> inTree(int level, long index, long size) {
        int shift = Math.max(level, 0) * FULL_LOG2;
        long hashes = size >>> shift;
        long full = hashes >>> FULL_LOG2;
        if (index < full) {
            return Optional.of(new TileId(level, index, FULL));
        }
        int rest = (int) (hashes & (FULL - 1));
        return index == full && rest > 0 ? Optional.of(new TileId(level, index, rest)) : Optional.empty();
    }

    /** Reads a path in its one canonical spelling. */
    public static Optional<TileId> parse(String path) {
        Matcher matcher = PATH.matcher(path);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int level = matcher.group(1).equals("entries") ? ENTRIES : Integer.parseInt(matcher.group(1));
        long index = Long.parseLong(matcher.group(2).replace("x", "").replace("/", "") + matcher.group(3));
        int width = matcher.group(4) == null ? FULL : Integer.parseInt(matcher.group(4));
        if (width > FULL || (width == FULL && matcher.group(4) != null)) {
            return Optional.empty();
        }
        TileId id = new TileId(level, index, width);
        return id.path().equals(path) ? Optional.of(id) : Optional.empty();
    }

    /** Whether this holds fewer than 256. */
    public boolean isPartial() {
        return width < FULL;
    }

    /** The same tile when it is full. */
    public TileId full() {
        return new TileId(level, index, FULL);
    }

    /** The path below the log's folder or URL. */
    public String path() {
        return isPartial() ? partialFolder() + "/" + width : fullPath();
    }

    /** Where the partial forms of this tile stand. */
    public String partialFolder() {
        return fullPath() + ".p";
    }

    private String fullPath() {
        StringBuilder groups = new StringBuilder(three(index % 1000));
        for (long rest = index / 1000; rest > 0; rest /= 1000) {
            groups.insert(0, "x" + three(rest % 1000) + "/");
        }
        return "tile/" + (level == ENTRIES ? "entries" : String.valueOf(level)) + "/" + groups;
    }

    private static String three(long group) {
        String digits = Long.toString(group);
        return "000".substring(digits.length()) + digits;
    }
}
