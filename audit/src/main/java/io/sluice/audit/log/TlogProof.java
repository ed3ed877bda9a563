package io.sluice.audit.log;

import io.sluice.audit.merkle.Hash;
import io.sluice.audit.merkle.ProofCheck;
import io.sluice.audit.merkle.TreeHashes;
import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.note.NoteException;
import io.sluice.audit.note.SignedNote;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * That an entry stands in a log, as one file that needs no server (C2SP tlog-proof v1, {@code .tlog-proof}). A proof that
 * was parsed is not verified: ask {@link #proves}, and the note who signed it.
 *
 * @param entry the entry, as the extra data of the file: as good as the proof, since it is hashed; empty where the file has
 *     none, as no entry is
 * @param index the entry's place in the log
 * @param hashes from the leaf's sibling up
 * @param note the checkpoint, with its signatures
 */
public record TlogProof(byte[] entry, long index, List<Hash> hashes, SignedNote note) {
    private static final String HEADER = "c2sp.org/tlog-proof@v1";
    private static final String EXTRA = "extra ";
    private static final Pattern INDEX = Pattern.compile("index (0|[1-9][0-9]{0,18})");

    /** The longest path of a tree of 2^63. */
    private static final int MAX_HASHES = 63;

    /** The longest file that is read. */
    public static final int MAX_BYTES = SignedNote.MAX_BYTES + 200_000;

    public TlogProof {
        Objects.requireNonNull(note, "note is null");
        hashes = List.copyOf(hashes);
    }

    /**
     * Reads the file.
     *
     * @throws NoteException for anything that is no such proof
     */
    public static TlogProof parse(byte[] file) {
        String text = utf8(file);
        int blank = text.indexOf("\n\n");
        if (blank < 0) {
            throw new NoteException("a proof has a blank line before its checkpoint");
        }
        List<String> lines = new ArrayList<>(List.of(text.substring(0, blank).split("\n", -1)));
        if (!lines.remove(0).equals(HEADER)) {
            throw new NoteException("a proof starts with the line " + HEADER);
        }
        byte[] entry = new byte[0];
        if (!lines.isEmpty() && lines.get(0).startsWith(EXTRA)) {
            entry = base64(lines.remove(0).substring(EXTRA.length()));
        }
        var index = INDEX.matcher(lines.isEmpty() ? "" : lines.remove(0));
        if (!index.matches()) {
            throw new NoteException("a proof has a line: index, a blank, and a number without leading zeros");
        }
        if (lines.size() > MAX_HASHES) {
            throw new NoteException("a proof has at most " + MAX_HASHES + " hashes");
        }
        SignedNote note = SignedNote.parse(text.substring(blank + 2).getBytes(StandardCharsets.UTF_8));
        return new TlogProof(
                entry,
                number(index.group(1)),
                lines.stream().map(TlogProof::hash).toList(),
                note);
    }

    /** Whether {@code bytes} are the entry at {@link #index} of the tree that the checkpoint is of. */
    public boolean proves(byte[] bytes) {
        Checkpoint checkpoint = Checkpoint.parse(note.text());
        return ProofCheck.inclusion(TreeHashes.leaf(bytes), index, checkpoint.size(), hashes, checkpoint.root());
    }

    /** The same without the entry: for those who have it. */
    public TlogProof withoutEntry() {
        return new TlogProof(new byte[0], index, hashes, note);
    }

    /** The file's text. */
    public String text() {
        StringBuilder text = new StringBuilder(HEADER).append('\n');
        if (entry.length > 0) {
            text.append(EXTRA).append(Base64.getEncoder().encodeToString(entry)).append('\n');
        }
        text.append("index ").append(index).append('\n');
        hashes.forEach(hash -> text.append(hash.toBase64()).append('\n'));
        return text.append('\n')
                .append(new String(note.toBytes(), StandardCharsets.UTF_8))
                .toString();
    }

    private static Hash hash(String line) {
        byte[] bytes = base64(line);
        if (bytes.length != Hash.SIZE) {
            throw new NoteException("a proof's hash has 32 bytes");
        }
        return Hash.of(bytes);
    }

    private static long number(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new NoteException("a proof's index is below 2^63", e);
        }
    }

    private static byte[] base64(String text) {
        try {
            byte[] bytes = Base64.getDecoder().decode(text);
            if (Base64.getEncoder().encodeToString(bytes).equals(text)) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            throw new NoteException("a line of the proof is not base64", e);
        }
        throw new NoteException("a line of the proof is not canonical base64");
    }

    private static String utf8(byte[] file) {
        if (file.length > MAX_BYTES) {
            throw new NoteException("a proof of more than " + MAX_BYTES + " bytes is not read");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(file))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new NoteException("the proof is not UTF-8", e);
        }
    }
}
