package io.sluice.protection.transform;

import io.sluice.protection.crypto.AesSiv;
import io.sluice.protection.crypto.XaesGcm;
import io.sluice.protection.crypto.XaesGcmKc;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A suite under one key, at work on the body of a field. Confined to one thread. */
sealed interface Sf1Cipher {
    /** Encrypts into the body, behind key id and nonce, which stand there already, up to its end. */
    void seal(ByteSink associated, byte[] plain, byte[] body);

    /** The plaintext of a body that is long enough for the suite; null where it does not open. */
    byte @Nullable [] open(ByteSink associated, byte[] body);

    /** {@link Sf1Suite#XAES}. */
    record Xaes(XaesGcm cipher) implements Sf1Cipher {
        @Override
        public void seal(ByteSink associated, byte[] plain, byte[] body) {
            int at = Sf1Suite.XAES.ciphertextAt;
            cipher.seal(body, Sf1.NONCE_AT, associated.array(), associated.length(), plain, 0, plain.length, body, at);
        }

        @Override
        public byte @Nullable [] open(ByteSink associated, byte[] body) {
            int at = Sf1Suite.XAES.ciphertextAt;
            return cipher.open(body, Sf1.NONCE_AT, associated.array(), associated.length(), body, at, body.length - at);
        }
    }

    /** {@link Sf1Suite#XAES_KC}. */
    record XaesKc(XaesGcmKc cipher) implements Sf1Cipher {
        @Override
        public void seal(ByteSink associated, byte[] plain, byte[] body) {
            int at = Sf1Suite.XAES_KC.ciphertextAt;
            cipher.seal(body, Sf1.NONCE_AT, associated.array(), associated.length(), plain, 0, plain.length, body, at);
        }

        @Override
        public byte @Nullable [] open(ByteSink associated, byte[] body) {
            int at = Sf1Suite.XAES_KC.ciphertextAt;
            return cipher.open(body, Sf1.NONCE_AT, associated.array(), associated.length(), body, at, body.length - at);
        }
    }

    /** {@link Sf1Suite#SIV}. */
    record Siv(AesSiv cipher) implements Sf1Cipher {
        @Override
        public void seal(ByteSink associated, byte[] plain, byte[] body) {
            byte[] sealed = cipher.seal(plain, associated.toBytes());
            System.arraycopy(sealed, 0, body, Sf1Suite.SIV.ciphertextAt, sealed.length);
        }

        @Override
        public byte @Nullable [] open(ByteSink associated, byte[] body) {
            byte[] sealed = Arrays.copyOfRange(body, Sf1Suite.SIV.ciphertextAt, body.length);
            return cipher.open(sealed, associated.toBytes());
        }
    }
}
