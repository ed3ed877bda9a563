package io.sluice.audit.timestamp;

import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.note.NoteException;
import io.sluice.audit.note.SignedNote;
import io.sluice.audit.note.VerifierKey;
import io.sluice.core.encoding.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint with its time stamp, as the file {@code checkpoint.timestamped} holds it: {@code sluice-timestamped/v1}, the
 * token in base64, an empty line, the signed note. The token is over the SHA-256 of the note's text, so it says the same of the
 * checkpoint whoever cosigns it later.
 *
 * @param note the checkpoint
 * @param token RFC 3161 TimeStampToken, DER; shared, not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record TimestampedCheckpoint(SignedNote note, byte[] token) {
    /** Longest file. */
    public static final int MAX_BYTES = 64 << 10;

    private static final String HEAD = "sluice-timestamped/v1\n";

    /** Reads the file. @throws NoteException where it is none */
    public static TimestampedCheckpoint parse(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        int end = text.indexOf("\n\n");
        if (bytes.length > MAX_BYTES || !text.startsWith(HEAD) || end < HEAD.length()) {
            throw new NoteException("is no time-stamped checkpoint");
        }
        try {
            byte[] token = Base64.getDecoder().decode(text.substring(HEAD.length(), end));
            SignedNote note = SignedNote.parse(text.substring(end + 2).getBytes(StandardCharsets.UTF_8));
            return new TimestampedCheckpoint(note, token);
        } catch (IllegalArgumentException e) {
            throw new NoteException("its token is not base64");
        }
    }

    /** The file. */
    public byte[] toBytes() {
        String head = HEAD + Base64.getEncoder().encodeToString(token) + "\n\n";
        return (head + new String(note.toBytes(), StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
    }

    /** What is stamped of a checkpoint: the SHA-256 of its text. */
    public static byte[] digest(SignedNote note) {
        return HexFormat.of().parseHex(Sha256.hex(note.text().getBytes(StandardCharsets.UTF_8)));
    }

    /** The checkpoint, signed by that key. @throws NoteException where it is not */
    public Checkpoint checkpoint(VerifierKey key) {
        return Checkpoint.verified(note.toBytes(), key);
    }

    /** What the token says. @throws TimestampException where it does not hold */
    public Timestamp check(TimestampTrust trust, @Nullable String policy) throws TimestampException {
        return trust.check(token, digest(note), policy);
    }
}
