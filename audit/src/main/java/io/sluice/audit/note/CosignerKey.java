package io.sluice.audit.note;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A cosigner's public key with its name, in the text form of C2SP vkeys: {@code name+hex id+base64(type || key)}, type 04
 * or 06. As {@link VerifierKey}, an id that name and key do not give is refused. Immutable.
 */
public final class CosignerKey {
    private final String name;
    private final CosignatureType type;
    private final byte[] raw;
    private final KeyId id;

    CosignerKey(String name, CosignatureType type, byte[] raw) {
        this.name = KeyText.requireName(name);
        if (raw.length != type.keyBytes()) {
            throw new NoteException(
                    "a cosigner's key of this type has " + type.keyBytes() + " bytes, not " + raw.length);
        }
        this.type = type;
        this.raw = raw.clone();
        this.id = KeyId.derive(name, type.code(), raw);
    }

    /**
     * Reads the text form.
     *
     * @throws NoteException for any other form, key type or id; a log's key (type 01) is no cosigner's
     */
    public static CosignerKey parse(String text) {
        String[] parts = text.split("\\+", 3);
        if (parts.length != 3) {
            throw new NoteException("a cosigner's key reads name+id+key");
        }
        KeyId claimed = KeyText.keyId(parts[1]);
        byte[] typed = KeyText.base64(parts[2], "a cosigner's key");
        if (typed.length == 0) {
            throw new NoteException("a cosigner's key is of type 04 (Ed25519) or 06 (ML-DSA-44)");
        }
        CosignerKey key =
                new CosignerKey(parts[0], CosignatureType.of(typed[0]), Arrays.copyOfRange(typed, 1, typed.length));
        if (!key.id.equals(claimed)) {
            throw new NoteException("the cosigner's key says id " + claimed + " but name and key give " + key.id);
        }
        return key;
    }

    /** The cosigner's name. One cosigner may have a key of each type. */
    public String name() {
        return name;
    }

    /** How it signs. */
    public CosignatureType type() {
        return type;
    }

    /** The id that stands in signatures. */
    public KeyId id() {
        return id;
    }

    boolean isOf(NoteSignature signature) {
        return name.equals(signature.name()) && id.equals(signature.keyId());
    }

    /** When that was signed; empty where it is not this key's over {@code text}. */
    Optional<Instant> accepts(String text, byte[] timestamped) {
        if (timestamped.length != Long.BYTES + type.signatureBytes()) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(timestamped);
        long seconds = buffer.getLong();
        byte[] signature = new byte[buffer.remaining()];
        buffer.get(signature);
        // Beyond it java.time has no instant; the specification allows up to 2^63 - 1.
        if (seconds < 0 || seconds > Instant.MAX.getEpochSecond()) {
            return Optional.empty();
        }
        return type.verify(raw, type.message(name, seconds, text), signature)
                ? Optional.of(Instant.ofEpochSecond(seconds))
                : Optional.empty();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CosignerKey that
                && name.equals(that.name)
                && type == that.type
                && Arrays.equals(raw, that.raw);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + Arrays.hashCode(raw);
    }

    /** The text form that {@link #parse} reads. */
    @Override
    public String toString() {
        byte[] typed = new byte[1 + raw.length];
        typed[0] = type.code();
        System.arraycopy(raw, 0, typed, 1, raw.length);
        return name + "+" + id + "+" + Base64.getEncoder().encodeToString(typed);
    }
}
