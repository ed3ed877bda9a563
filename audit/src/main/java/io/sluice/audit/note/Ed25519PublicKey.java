package io.sluice.audit.note;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;

/**
 * The public key of a seed. The JDK derives public keys only while it makes key pairs, so a generator is fed the seed as
 * its randomness; that the pair holds that very seed is checked.
 */
final class Ed25519PublicKey {
    private Ed25519PublicKey() {}

    static byte[] ofSeed(byte[] seed) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
            generator.initialize(NamedParameterSpec.ED25519, new SeedAsRandomness(seed));
            KeyPair pair = generator.generateKeyPair();
            if (!Arrays.equals(Ed25519.seed(pair.getPrivate()), seed)) {
                throw new NoteException("this JDK does not derive Ed25519 keys from a seed");
            }
            byte[] encoded = pair.getPublic().getEncoded();
            return Arrays.copyOfRange(encoded, encoded.length - Ed25519.KEY_SIZE, encoded.length);
        } catch (GeneralSecurityException e) {
            throw new NoteException("this JDK has no Ed25519", e);
        }
    }

    private static final class SeedAsRandomness extends SecureRandom {
        private static final long serialVersionUID = 1L;

        private final byte[] seed;

        SeedAsRandomness(byte[] seed) {
            this.seed = seed.clone();
        }

        @Override
        public void nextBytes(byte[] bytes) {
            if (bytes.length != seed.length) {
                throw new NoteException("this JDK does not derive Ed25519 keys from a seed");
            }
            System.arraycopy(seed, 0, bytes, 0, seed.length);
        }
    }
}
