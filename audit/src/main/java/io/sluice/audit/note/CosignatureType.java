package io.sluice.audit.note;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** How a cosigner signs a checkpoint (C2SP tlog-cosignature). Either kind of key is made of a seed of 32 bytes. */
public enum CosignatureType {
    /** Type 04: Ed25519 over a header, the time and the whole text. It does not cover the cosigner's name. */
    ED25519(0x04, Ed25519.KEY_SIZE, Ed25519.SIGNATURE_SIZE) {
        @Override
        byte[] message(String cosigner, long seconds, String text) {
            return ("cosignature/v1\ntime " + seconds + "\n" + text).getBytes(StandardCharsets.UTF_8);
        }

        @Override
        byte[] publicKey(byte[] seed) {
            return Ed25519PublicKey.ofSeed(seed);
        }

        @Override
        byte[] sign(byte[] seed, byte[] message) {
            return Ed25519.sign(Ed25519.privateKey(seed.clone()), message);
        }

        @Override
        boolean verify(byte[] raw, byte[] message, byte[] signature) {
            return Ed25519.verify(Ed25519.publicKey(raw), message, signature);
        }
    },

    /** Type 06: ML-DSA-44 over cosigner, time, origin, size and root. It does not cover extension lines. */
    ML_DSA_44(0x06, MlDsa44.KEY_SIZE, MlDsa44.SIGNATURE_SIZE) {
        @Override
        byte[] message(String cosigner, long seconds, String text) {
            Checkpoint checkpoint = Checkpoint.parse(text);
            byte[] name = shortText(cosigner);
            byte[] origin = shortText(checkpoint.origin());
            return ByteBuffer.allocate(SUBTREE_LABEL.length + 2 + name.length + origin.length + 3 * Long.BYTES + 32)
                    .put(SUBTREE_LABEL)
                    .put((byte) name.length)
                    .put(name)
                    .putLong(seconds)
                    .put((byte) origin.length)
                    .put(origin)
                    .putLong(0) // the subtree that starts at the first leaf: the whole tree
                    .putLong(checkpoint.size())
                    .put(checkpoint.root().toBytes())
                    .array();
        }

        @Override
        byte[] publicKey(byte[] seed) {
            return MlDsa44.publicKey(seed);
        }

        @Override
        byte[] sign(byte[] seed, byte[] message) {
            return MlDsa44.sign(seed, message);
        }

        @Override
        boolean verify(byte[] raw, byte[] message, byte[] signature) {
            return MlDsa44.verify(raw, message, signature);
        }
    };

    private static final byte[] SUBTREE_LABEL = "subtree/v1\n\0".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_NAME_BYTES = 255;

    private final byte code;
    private final int keyBytes;
    private final int signatureBytes;

    CosignatureType(int code, int keyBytes, int signatureBytes) {
        this.code = (byte) code;
        this.keyBytes = keyBytes;
        this.signatureBytes = signatureBytes;
    }

    /** The type that a key's first byte names. */
    static CosignatureType of(byte code) {
        for (CosignatureType type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        throw new NoteException("a cosigner's key is of type 04 (Ed25519) or 06 (ML-DSA-44)");
    }

    /** What is signed of a checkpoint's text. */
    abstract byte[] message(String cosigner, long seconds, String text);

    abstract byte[] publicKey(byte[] seed);

    abstract byte[] sign(byte[] seed, byte[] message);

    abstract boolean verify(byte[] raw, byte[] message, byte[] signature);

    byte code() {
        return code;
    }

    int keyBytes() {
        return keyBytes;
    }

    int signatureBytes() {
        return signatureBytes;
    }

    private static byte[] shortText(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length > MAX_NAME_BYTES) {
            throw new NoteException("the names under an ML-DSA-44 cosignature have 1 to " + MAX_NAME_BYTES + " bytes");
        }
        return bytes;
    }
}
