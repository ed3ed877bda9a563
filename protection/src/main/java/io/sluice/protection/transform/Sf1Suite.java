package io.sluice.protection.transform;

import io.sluice.protection.crypto.AesSiv;
import io.sluice.protection.crypto.HkdfSha256;
import io.sluice.protection.crypto.SecretBytes;
import io.sluice.protection.crypto.XaesGcm;
import io.sluice.protection.crypto.XaesGcmKc;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The algorithms of SF1. Codes and all that follows from them are frozen. */
enum Sf1Suite {
    /** XAES-256-GCM (C2SP). */
    XAES(1, "encrypt.", XaesGcm.NONCE_BYTES, XaesGcm.TAG_BYTES),
    /** XAES-256-GCM with key commitment: for places where several parties' keys may be tried. */
    XAES_KC(2, "encrypt.", XaesGcm.NONCE_BYTES, XaesGcmKc.OVERHEAD_BYTES),
    /** AES-SIV (RFC 5297): equal values at equal places have equal ciphertexts. */
    SIV(3, "encrypt-deterministic.", 0, AesSiv.TAG_BYTES);

    private static final byte[] SIV_KEY = "sf1 aes-siv".getBytes(StandardCharsets.US_ASCII);

    final int code;
    /** Names of its keys in the ring start with it: no key serves two kinds of cipher. */
    final String keyPrefix;
    /** Where what the cipher makes begins in a body: behind key id and nonce. */
    final int ciphertextAt;

    final int nonceBytes;
    /** By how much that is longer than the plaintext. */
    final int overheadBytes;

    Sf1Suite(int code, String keyPrefix, int nonceBytes, int overheadBytes) {
        this.code = code;
        this.keyPrefix = keyPrefix;
        this.nonceBytes = nonceBytes;
        this.ciphertextAt = Sf1.NONCE_AT + nonceBytes;
        this.overheadBytes = overheadBytes;
    }

    /** The suite of that code; null where there is none. */
    static @Nullable Sf1Suite ofCode(int code) {
        for (Sf1Suite suite : values()) {
            if (suite.code == code) {
                return suite;
            }
        }
        return null;
    }

    /** Whether equal values may have equal ciphertexts. */
    boolean deterministic() {
        return this == SIV;
    }

    /** Sets the suite up under a key of 32 bytes. */
    Sf1Cipher cipher(SecretBytes key) {
        return switch (this) {
            case XAES -> new Sf1Cipher.Xaes(new XaesGcm(key));
            case XAES_KC -> new Sf1Cipher.XaesKc(new XaesGcmKc(key));
            case SIV -> {
                SecretBytes derived = HkdfSha256.derive(key, new byte[0], SIV_KEY, AesSiv.KEY_BYTES);
                Sf1Cipher cipher = new Sf1Cipher.Siv(new AesSiv(derived));
                derived.destroy();
                yield cipher;
            }
        };
    }
}
