package io.sluice.audit.note;

import java.security.PublicKey;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A public key with its name: the "vkey" of C2SP signed notes, {@code name+hex id+base64(type || key)}. The id in the
 * text must be the one that name and key give; readers that skip this accept keys under ids that are not theirs.
 * Ed25519 (type 01) alone is accepted. Immutable.
 */
public final class VerifierKey {
    private final String name;
    private final byte[] raw;
    private final KeyId id;
    private final PublicKey key;

    VerifierKey(String name, byte[] raw) {
        this.name = KeyText.requireName(name);
        if (raw.length != Ed25519.KEY_SIZE) {
            throw new NoteException("an Ed25519 key has 32 bytes, not " + raw.length);
        }
        this.raw = raw.clone();
        this.id = KeyId.derive(name, Ed25519.TYPE, raw);
        this.key = Ed25519.publicKey(raw);
    }

    /**
     * Reads the text form.
     *
     * @throws NoteException for any other form, key type or id
     */
    public static VerifierKey parse(String text) {
        String[] parts = text.split("\\+", 3);
        if (parts.length != 3) {
            throw new NoteException("a verifier key reads name+id+key");
        }
        KeyId claimed = KeyText.keyId(parts[1]);
        byte[] typed = KeyText.base64(parts[2], "a verifier key");
        if (typed.length != 1 + Ed25519.KEY_SIZE || typed[0] != Ed25519.TYPE) {
            throw new NoteException("the verifier key is not of type Ed25519 (01)");
        }
        VerifierKey key = new VerifierKey(parts[0], Arrays.copyOfRange(typed, 1, typed.length));
        if (!key.id.equals(claimed)) {
            throw new NoteException("the verifier key says id " + claimed + " but name and key give " + key.id);
        }
        return key;
    }

    /** The key's name; a log's is its origin. */
    public String name() {
        return name;
    }

    /** The id that stands in signatures. */
    public KeyId id() {
        return id;
    }

    /** Whether {@code signature} is this key's over {@code text}. */
    boolean accepts(byte[] text, byte[] signature) {
        return signature.length == Ed25519.SIGNATURE_SIZE && Ed25519.verify(key, text, signature);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof VerifierKey that && name.equals(that.name) && Arrays.equals(raw, that.raw);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + Arrays.hashCode(raw);
    }

    /** The text form that {@link #parse} reads. */
    @Override
    public String toString() {
        byte[] typed = new byte[1 + raw.length];
        typed[0] = Ed25519.TYPE;
        System.arraycopy(raw, 0, typed, 1, raw.length);
        return name + "+" + id + "+" + Base64.getEncoder().encodeToString(typed);
    }
}
