package io.sluice.audit.note;

import io.sluice.audit.merkle.Hash;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What a log signs: its origin, how many entries it has, and the root over them (C2SP tlog-checkpoint v1.0.0).
 *
 * @param origin the log's name, which is also its key's
 * @param size entries
 * @param root RFC 6962 root over all of them
 */
public record Checkpoint(String origin, long size, Hash root) {
    private static final Pattern SIZE = Pattern.compile("0|[1-9][0-9]{0,18}");

    public Checkpoint {
        Objects.requireNonNull(root, "root is null");
        KeyText.requireName(origin);
        if (size < 0) {
            throw new NoteException("a tree's size is not negative");
        }
    }

    /**
     * Reads the text of a note. Extension lines are allowed by the specification and carried by nobody here: ignored.
     *
     * @throws NoteException for anything else than a checkpoint
     */
    public static Checkpoint parse(String text) {
        String[] lines = text.split("\n", -1);
        if (lines.length < 4 || !lines[lines.length - 1].isEmpty()) {
            throw new NoteException("a checkpoint has three lines: origin, size and root");
        }
        if (List.of(lines).subList(3, lines.length - 1).contains("")) {
            throw new NoteException("a checkpoint has no blank line");
        }
        if (!SIZE.matcher(lines[1]).matches()) {
            throw new NoteException("a checkpoint's size is a decimal number without leading zeros");
        }
        byte[] root = KeyText.base64(lines[2], "a checkpoint's root");
        if (root.length != Hash.SIZE) {
            throw new NoteException("a checkpoint's root has 32 bytes");
        }
        try {
            return new Checkpoint(lines[0], Long.parseLong(lines[1]), Hash.of(root));
        } catch (NumberFormatException e) {
            throw new NoteException("a checkpoint's size is below 2^63", e);
        }
    }

    /**
     * The checkpoint of a signed note, once {@code key} is seen to have signed it.
     *
     * @throws NoteException where it is malformed, not signed by that key, or of another origin
     */
    public static Checkpoint verified(byte[] note, VerifierKey key) {
        SignedNote signed = SignedNote.parse(note);
        if (signed.verifiedBy(List.of(key)).isEmpty()) {
            throw new NoteException("the checkpoint is not signed by " + key.name() + "+" + key.id());
        }
        Checkpoint checkpoint = parse(signed.text());
        if (!checkpoint.origin().equals(key.name())) {
            throw new NoteException("the checkpoint is of another log than its key");
        }
        return checkpoint;
    }

    /** Three lines, each with its line end. */
    public String text() {
        return origin + "\n" + size + "\n" + root.toBase64() + "\n";
    }

    /** The signed note of this checkpoint. */
    public SignedNote signedBy(SigningKey key) {
        if (!key.verifier().name().equals(origin)) {
            throw new NoteException("a log's key bears the log's origin as its name");
        }
        return SignedNote.sign(text(), key);
    }
}
