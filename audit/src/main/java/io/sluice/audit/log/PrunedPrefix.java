package io.sluice.audit.log;

import static io.sluice.audit.log.LogException.Fault.CORRUPT;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.note.Checkpoint;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the file {@code pruned} says: the log's minimum index (C2SP tlog-tiles, "Pruning"), below which entry bundles are no
 * longer kept, and which entry of the log is the act that says so. Tiles are kept, so every proof and every checkpoint from
 * before stays good. The file is signed by nobody: it is to be believed only where the act says the same.
 *
 * @param to the minimum index: a multiple of 256
 * @param act place of the act, at or behind {@code to}
 */
public record PrunedPrefix(long to, long act) {
    private static final String VERSION = "sluice-pruned/v1";
    private static final Pattern TEXT = Pattern.compile("([^\n]+)\n([1-9][0-9]{0,17})\n([1-9][0-9]{0,17})\n");

    public PrunedPrefix {
        if (to < TileId.FULL || to % TileId.FULL != 0 || act < to) {
            throw new IllegalArgumentException(
                    "a minimum index is a multiple of " + TileId.FULL + ", and its act is not below it");
        }
    }

    /**
     * Reads it; empty where nothing was pruned.
     *
     * @throws LogException (CORRUPT) where the file is not of that form or not of that log
     */
    public static Optional<PrunedPrefix> read(LogSource source, String origin) {
        return source.read(LogFiles.PRUNED).map(bytes -> parse(bytes, origin));
    }

    /** The bytes of the file. */
    public byte[] bytes(String origin) {
        return (VERSION + " " + origin + "\n" + to + "\n" + act + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Whether that bundle of entries is wholly below the minimum index. */
    public boolean covers(long bundle) {
        return bundle < to / TileId.FULL;
    }

    /**
     * The act, as it stands in the log.
     *
     * @param act what it says
     * @param entry all of its entry
     */
    public record Confirmed(PrunedAct act, JsonNode entry) {}

    /**
     * Looks whether the log says the same: the entry at {@link #act} is the act of a pruning of this log up to {@link #to},
     * over the root that the tiles give. Empty where it does not; then the file is to be believed in nothing.
     *
     * @throws LogException where the entry or a tile cannot be read
     */
    public Optional<Confirmed> confirmed(LogReader log, Checkpoint checkpoint) {
        if (act >= checkpoint.size()) {
            return Optional.empty();
        }
        try {
            JsonNode entry = EntryForm.read(log.entry(act, checkpoint.size())).json();
            return PrunedAct.of(entry, checkpoint.origin())
                    .filter(said -> said.to() == to && said.root().equals(log.root(to, checkpoint.size())))
                    .map(said -> new Confirmed(said, entry));
        } catch (EntryForm.BadFormException e) {
            return Optional.empty(); // a verification tells of the entry
        }
    }

    private static PrunedPrefix parse(byte[] bytes, String origin) {
        Matcher matcher = TEXT.matcher(new String(bytes, StandardCharsets.UTF_8));
        if (!matcher.matches() || !matcher.group(1).equals(VERSION + " " + origin)) {
            throw new LogException(CORRUPT, LogFiles.PRUNED + ": is not that of " + origin);
        }
        try {
            return new PrunedPrefix(Long.parseLong(matcher.group(2)), Long.parseLong(matcher.group(3)));
        } catch (IllegalArgumentException e) {
            throw new LogException(CORRUPT, LogFiles.PRUNED + ": " + e.getMessage(), e);
        }
    }
}
