package io.sluice.certs;

import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;

/**
 * Makes the keys that sign policies. They are made once and never renewed: approvals that they signed must keep
 * verifying when certificates are made anew.
 */
final class SigningKeys {
    private SigningKeys() {}

    static void writeMissing(PkiFiles files, PrivateFolder folder) {
        for (PolicySigner signer : PolicySigner.values()) {
            SignerFiles target = files.signer(signer);
            if (Files.exists(target.key())) {
                requirePublicKey(target);
            } else {
                KeyPair pair = newKeyPair(signer.algorithm());
                // The public half first: a private key on disk may have signed something, a lone public one has not.
                folder.write(target.publicKey(), Pem.publicKey(pair.getPublic()));
                folder.write(target.key(), Pem.key(pair.getPrivate()));
            }
        }
    }

    private static void requirePublicKey(SignerFiles target) {
        if (!Files.exists(target.publicKey())) {
            throw new PkiException(
                    PkiException.Code.INCOMPLETE,
                    target.publicKey() + " is missing beside its private key; restore it,"
                            + " or delete the private key to make a new pair");
        }
    }

    private static KeyPair newKeyPair(String algorithm) {
        if (algorithm.equals("EC")) {
            return CertificateAuthority.newKeyPair();
        }
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new PkiException(PkiException.Code.CRYPTO, "this JDK makes no " + algorithm + " keys", e);
        }
    }
}
