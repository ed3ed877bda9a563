package io.sluice.audit.log;

import static io.sluice.audit.log.LogException.Fault.CORRUPT;
import static io.sluice.audit.log.LogException.Fault.MISSING;
import static io.sluice.audit.log.LogException.Fault.ROLLED_BACK;

import io.sluice.audit.merkle.Hash;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of the file {@code offsets}: which Kafka offset comes next after which tree size. A row is durable before the
 * checkpoint of its size is signed, so the checkpoint picks its row, and a row without checkpoint says which tree may
 * have been signed when the writer died. Pure.
 *
 * <pre>
 * sluice-offsets/v1 origin
 * = size next root check      about to be signed
 * ? size next root check      left behind by a crash: a later tree that reaches this size must have this root
 * </pre>
 */
public final class OffsetsJournal {
    /** First word of the first line. */
    public static final String VERSION = "sluice-offsets/v1";

    private static final Pattern ROW =
            Pattern.compile("([=?]) (0|[1-9]\\d{0,18}) (0|[1-9]\\d{0,18}) ([A-Za-z0-9+/]{43}=) ([0-9a-f]{16})");

    private OffsetsJournal() {}

    /**
     * One row.
     *
     * @param left whether a crash left it without a checkpoint
     * @param size entries of the tree
     * @param nextOffset first Kafka offset that is not in that tree
     * @param root root of that tree
     */
    public record Row(boolean left, long size, long nextOffset, Hash root) {
        Row asLeft() {
            return new Row(true, size, nextOffset, root);
        }

        String line(String origin) {
            String said = (left ? "? " : "= ") + size + " " + nextOffset + " " + root.toBase64();
            return said + " " + check(origin, said) + "\n";
        }
    }

    /** What the journal says to a writer that resumes: its row, and those that may have been signed after it. */
    public record Resumption(Row current, List<Row> left) {}

    /** The bytes of a whole journal. */
    static byte[] bytes(String origin, List<Row> rows) {
        StringBuilder text = new StringBuilder(VERSION + " " + origin + "\n");
        rows.forEach(row -> text.append(row.line(origin)));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The bytes of one more row. */
    static byte[] bytes(String origin, Row row) {
        return row.line(origin).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads a journal.
     *
     * @param tornTail whether a last line that a crash cut short is passed over; else it is a fault like any other
     * @throws LogException CORRUPT, with the line's number
     */
    public static List<Row> parse(byte[] journal, String origin, boolean tornTail) {
        String text = new String(journal, StandardCharsets.ISO_8859_1);
        String[] lines = text.split("\n", -1);
        String first = new String(bytes(origin, List.of()), StandardCharsets.ISO_8859_1);
        if (!text.startsWith(first)) {
            throw new LogException(CORRUPT, LogFiles.OFFSETS + ", line 1: is not the journal of " + origin);
        }
        List<Row> rows = new ArrayList<>();
        int last = lines.length - 1; // what follows the last line end
        for (int i = 1; i < last; i++) {
            rows.add(row(lines[i], origin, i + 1));
        }
        if (!tornTail && !lines[last].isEmpty()) {
            throw new LogException(CORRUPT, LogFiles.OFFSETS + ", line " + (last + 1) + ": has no end");
        }
        return rows;
    }

    /**
     * Picks the row of the checkpoint.
     *
     * @throws LogException MISSING where it has none; ROLLED_BACK where more than one tree was about to be signed since
     */
    public static Resumption resume(List<Row> rows, long checkpointSize, Hash checkpointRoot) {
        int current = -1;
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            if (!row.left() && row.size() == checkpointSize && row.root().equals(checkpointRoot)) {
                current = i; // the last one: offsets may move on while the size stays
            }
        }
        if (current < 0) {
            throw new LogException(
                    MISSING, LogFiles.OFFSETS + " has no row for the checkpoint of size " + checkpointSize);
        }
        List<Row> left = new ArrayList<>();
        int unsigned = 0;
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            if (row.size() > checkpointSize && (row.left() || i > current)) {
                left.add(row.asLeft());
                unsigned += row.left() ? 0 : 1;
            }
        }
        if (unsigned > 1) {
            throw new LogException(
                    ROLLED_BACK,
                    LogFiles.CHECKPOINT + " of size " + checkpointSize + " is older than what this log has signed: "
                            + LogFiles.OFFSETS + " goes up to "
                            + left.get(left.size() - 1).size());
        }
        return new Resumption(rows.get(current), left);
    }

    private static Row row(String line, String origin, int number) {
        Matcher matcher = ROW.matcher(line);
        if (!matcher.matches()) {
            throw new LogException(CORRUPT, LogFiles.OFFSETS + ", line " + number + ": is not a row");
        }
        try {
            byte[] root = Base64.getDecoder().decode(matcher.group(4));
            Row row = new Row(
                    matcher.group(1).equals("?"),
                    Long.parseLong(matcher.group(2)),
                    Long.parseLong(matcher.group(3)),
                    Hash.of(root));
            if (row.line(origin).equals(line + "\n")) {
                return row;
            }
        } catch (IllegalArgumentException e) {
            throw new LogException(CORRUPT, LogFiles.OFFSETS + ", line " + number + ": is not a row", e);
        }
        throw new LogException(CORRUPT, LogFiles.OFFSETS + ", line " + number + ": its check does not agree");
    }

    /** Against torn and flipped bytes, not against forgers: the first 8 bytes of SHA-256(origin LF row). */
    private static String check(String origin, String said) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update((origin + "\n").getBytes(StandardCharsets.UTF_8));
            byte[] digest = sha256.digest(said.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(Arrays.copyOf(digest, 8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
