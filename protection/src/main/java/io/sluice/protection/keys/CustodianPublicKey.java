package io.sluice.protection.keys;

import io.sluice.protection.keys.KeyAccessException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;

/**
 * What the rooms pin of the custodian: the public half of its Ed25519 key (RFC 8032), which tells its announcements and
 * certificates from anybody else's. Immutable and safe for several threads.
 */
public final class CustodianPublicKey {
    /** Length of a signature. */
    public static final int SIGNATURE_BYTES = 64;

    private static final int MAX_FILE_BYTES = 4_096;

    private final PublicKey key;

    CustodianPublicKey(PublicKey key) {
        this.key = key;
    }

    /**
     * Reads it from a file: SubjectPublicKeyInfo in PEM (RFC 7468).
     *
     * @throws KeyAccessException {@code UNREADABLE} where the file is missing or holds no such key
     */
    public static CustodianPublicKey read(Path file) {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new KeyAccessException(Code.UNREADABLE, file + " is too long to be a public key");
            }
            return ofDer(PemText.body(Files.readString(file), PemText.PUBLIC, file));
        } catch (NoSuchFileException e) {
            throw new KeyAccessException(
                    Code.UNREADABLE, file + " does not exist; the custodian has the original (sluice keys init)", e);
        } catch (IOException e) {
            throw new KeyAccessException(Code.UNREADABLE, file + " cannot be read", e);
        } catch (GeneralSecurityException e) {
            throw new KeyAccessException(Code.UNREADABLE, file + " holds no Ed25519 public key", e);
        }
    }

    static CustodianPublicKey ofDer(byte[] der) throws GeneralSecurityException {
        return new CustodianPublicKey(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(der)));
    }

    /** Whether the custodian signed exactly these bytes. Answers for any bytes whatever. */
    public boolean verifies(byte[] message, byte[] signature) {
        try {
            Signature ed25519 = Signature.getInstance("Ed25519");
            ed25519.initVerify(key);
            ed25519.update(message);
            return ed25519.verify(signature);
        } catch (SignatureException e) {
            return false; // not even of a signature's form
        } catch (InvalidKeyException e) {
            throw new IllegalStateException("an Ed25519 key that was read does not verify", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Java 17 has Ed25519", e);
        }
    }

    /** SubjectPublicKeyInfo in PEM: what a certificate of erasure is verified with, also by others' tools. */
    public String pem() {
        return PemText.of(PemText.PUBLIC, key.getEncoded());
    }
}
