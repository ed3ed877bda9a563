package io.sluice.audit.note;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;

/** Ed25519 of the JDK, on raw keys. */
final class Ed25519 {
    static final byte TYPE = 0x01;
    static final int KEY_SIZE = 32;
    static final int SIGNATURE_SIZE = 64;

    /** The SubjectPublicKeyInfo header before the 32 bytes of an Ed25519 key, RFC 8410. */
    private static final byte[] SPKI_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    private static final String ALGORITHM = "Ed25519";

    private Ed25519() {}

    static PublicKey publicKey(byte[] raw) {
        byte[] encoded = new byte[SPKI_PREFIX.length + KEY_SIZE];
        System.arraycopy(SPKI_PREFIX, 0, encoded, 0, SPKI_PREFIX.length);
        System.arraycopy(raw, 0, encoded, SPKI_PREFIX.length, KEY_SIZE);
        try {
            return KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException e) {
            throw new NoteException("not an Ed25519 public key", e);
        }
    }

    static PrivateKey privateKey(byte[] seed) {
        try {
            return KeyFactory.getInstance(ALGORITHM)
                    .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed));
        } catch (GeneralSecurityException e) {
            throw new NoteException("not an Ed25519 private key", e);
        }
    }

    static byte[] seed(PrivateKey key) {
        if (key instanceof EdECPrivateKey edKey) {
            return edKey.getBytes().orElseThrow(() -> new NoteException("the private key does not give its bytes"));
        }
        throw new NoteException("not an Ed25519 private key");
    }

    static byte[] sign(PrivateKey key, byte[] text) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(key);
            signature.update(text);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new NoteException("cannot sign", e);
        }
    }

    /** False for any signature that the JDK does not accept, malformed ones included. */
    static boolean verify(PublicKey key, byte[] text, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance(ALGORITHM);
            verifier.initVerify(key);
            verifier.update(text);
            return verifier.verify(signature);
        } catch (java.security.SignatureException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new NoteException("cannot verify a signature", e);
        }
    }
}
