package io.sluice.audit.witness;

import io.sluice.audit.merkle.Hash;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The body of a request {@code add-checkpoint}: a log's next checkpoint, and that it extends the one that the witness
 * knows. Nothing of it is verified.
 *
 * @param oldSize entries that the witness knows of
 * @param proof consistency proof from there to the checkpoint
 * @param note the signed checkpoint
 */
public record AddCheckpoint(long oldSize, List<Hash> proof, SignedNote note) {
    /** The longest body that is read: a checkpoint with the signatures of a dozen post-quantum witnesses. */
    public static final int MAX_BYTES = 64 << 10;

    private static final int MAX_PROOF = 63;
    private static final Pattern OLD = Pattern.compile("old (0|[1-9][0-9]{0,18})");

    public AddCheckpoint {
        proof = List.copyOf(proof);
        Objects.requireNonNull(note, "note is null");
    }

    /**
     * Reads a body.
     *
     * @throws NoteException for anything else
     */
    public static AddCheckpoint parse(byte[] body) {
        String text = utf8(body);
        int blank = text.indexOf("\n\n");
        if (blank < 0) {
            throw new NoteException("a request has a blank line before its checkpoint");
        }
        String[] lines = text.substring(0, blank).split("\n", -1);
        Matcher old = OLD.matcher(lines[0]);
        if (!old.matches()) {
            throw new NoteException("a request starts with: old, a blank, and a size without leading zeros");
        }
        if (lines.length - 1 > MAX_PROOF) {
            throw new NoteException("a consistency proof has at most " + MAX_PROOF + " hashes");
        }
        List<Hash> proof = new ArrayList<>();
        for (int i = 1; i < lines.length; i++) {
            proof.add(hash(lines[i]));
        }
        SignedNote note = SignedNote.parse(text.substring(blank + 2).getBytes(StandardCharsets.UTF_8));
        return new AddCheckpoint(number(old.group(1)), proof, note);
    }

    /** The checkpoint, as the note says it. @throws NoteException where the note's text is none */
    Checkpoint checkpoint() {
        return Checkpoint.parse(note.text());
    }

    /** The bytes that {@link #parse} reads. */
    public byte[] toBytes() {
        StringBuilder text = new StringBuilder("old " + oldSize + "\n");
        proof.forEach(hash -> text.append(hash.toBase64()).append('\n'));
        return text.append('\n')
                .append(new String(note.toBytes(), StandardCharsets.UTF_8))
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    private static long number(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new NoteException("a size is below 2^63", e);
        }
    }

    private static Hash hash(String line) {
        try {
            byte[] bytes = Base64.getDecoder().decode(line);
            if (bytes.length == Hash.SIZE && Hash.of(bytes).toBase64().equals(line)) {
                return Hash.of(bytes);
            }
        } catch (IllegalArgumentException e) {
            throw new NoteException("a line of the proof is not base64", e);
        }
        throw new NoteException("a line of the proof is not the base64 of 32 bytes");
    }

    private static String utf8(byte[] body) {
        if (body.length > MAX_BYTES) {
            throw new NoteException("a request of more than " + MAX_BYTES + " bytes is not read");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new NoteException("the request is not UTF-8", e);
        }
    }
}
