package io.sluice.audit.note;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The four bytes that tell keys of one name apart (C2SP signed-note, "Signature types"). */
public record KeyId(int value) {
    /** SHA-256(name || 0x0A || type || public key), the first four bytes. */
    static KeyId derive(String name, byte type, byte[] publicKey) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(name.getBytes(StandardCharsets.UTF_8));
            sha256.update((byte) '\n');
            sha256.update(type);
            sha256.update(publicKey);
            return new KeyId(ByteBuffer.wrap(sha256.digest()).getInt());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Eight lower-case hexadecimal digits. */
    @Override
    public String toString() {
        return String.format("%08x", value);
    }
}
