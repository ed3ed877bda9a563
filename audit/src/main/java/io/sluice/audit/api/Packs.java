package io.sluice.audit.api;

import io.sluice.audit.pack.PackException;
import io.sluice.audit.pack.PackPieces;
import io.sluice.audit.pack.PackWriter;
import io.sluice.audit.query.QueryFilter;
import java.util.Map;
import java.util.TreeMap;

/** Evidence packs of what a search finds, for the API. Immutable. */
final class Packs {
    /** The last part of its address. */
    static final String FILE = "evidence.zip";

    /** Most entries: the directory of the ZIP, which is held in memory, stays below some megabytes. */
    static final int MAX_ENTRIES = 10_000;

    private final PackWriter writer;
    private final int max;

    /** @param maxExport most entries of an export; a pack has as many at most */
    Packs(PackWriter writer, long maxExport) {
        this.writer = writer;
        this.max = (int) Math.min(MAX_ENTRIES, maxExport);
    }

    /**
     * A pack. All that can be known to be missing is looked for before its first byte.
     *
     * @throws RefusedException where there is none to be made
     */
    Reply of(Question question, QueryFilter filter) {
        Map<String, String> said = new TreeMap<>(question.parameters());
        PackPieces pieces;
        try {
            pieces = writer.open(new PackWriter.Request(filter, said, max, false));
        } catch (PackException e) {
            throw refused(e);
        }
        return new Reply.Stream(
                200,
                Map.of(
                        "content-type",
                        "application/zip",
                        "content-disposition",
                        "attachment; filename=\"sluice-" + FILE + "\""),
                pieces::next);
    }

    private RefusedException refused(PackException e) {
        return switch (e.fault()) {
            case NOTHING -> new RefusedException(ProblemCode.NOT_FOUND, "No entry matches; there is nothing to pack.");
            case TOO_MUCH ->
                new RefusedException(
                        ProblemCode.EXPORT_TOO_LARGE,
                        "A pack has " + max + " entries at most here. Narrow it, by from and until for example, or make"
                                + " it by ./sluice audit pack on a copy of the log.");
            case MISSING ->
                new RefusedException(
                        ProblemCode.PACK_INCOMPLETE,
                        "Its policy could not be verified, so nothing was packed. ./sluice audit pack names what is missing,"
                                + " and packs all the same with --allow-missing.");
            case DAMAGED -> throw e; // a fault of the log: the server's own log names it
        };
    }
}
