package io.sluice.audit.note;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import org.bouncycastle.jcajce.interfaces.MLDSAPrivateKey;
import org.bouncycastle.jcajce.spec.MLDSAParameterSpec;
import org.bouncycastle.jcajce.spec.MLDSAPrivateKeySpec;
import org.bouncycastle.jcajce.spec.MLDSAPublicKeySpec;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/** ML-DSA-44 (FIPS 204), pure and with an empty context, of Bouncy Castle: the JDK has it from 24 on. */
final class MlDsa44 {
    static final int KEY_SIZE = 1_312;
    static final int SIGNATURE_SIZE = 2_420;

    private static final String ALGORITHM = "ML-DSA-44";

    /** Made when first used, and not registered: nothing else is to find it. */
    private static final Provider PROVIDER = new BouncyCastleProvider();

    private MlDsa44() {}

    static byte[] publicKey(byte[] seed) {
        return privateKey(seed).getPublicKey().getPublicData();
    }

    static byte[] sign(byte[] seed, byte[] message) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM, PROVIDER);
            signature.initSign(privateKey(seed));
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new NoteException("cannot sign", e);
        }
    }

    /** False for any signature that is not this key's, malformed ones included. */
    static boolean verify(byte[] raw, byte[] message, byte[] signature) {
        try {
            PublicKey key = KeyFactory.getInstance(ALGORITHM, PROVIDER)
                    .generatePublic(new MLDSAPublicKeySpec(MLDSAParameterSpec.ml_dsa_44, raw));
            Signature verifier = Signature.getInstance(ALGORITHM, PROVIDER);
            verifier.initVerify(key);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (SignatureException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new NoteException("cannot verify a signature", e);
        }
    }

    private static MLDSAPrivateKey privateKey(byte[] seed) {
        try {
            return (MLDSAPrivateKey) KeyFactory.getInstance(ALGORITHM, PROVIDER)
                    .generatePrivate(new MLDSAPrivateKeySpec(MLDSAParameterSpec.ml_dsa_44, seed));
        } catch (GeneralSecurityException e) {
            throw new NoteException("not an ML-DSA-44 seed", e);
        }
    }
}
