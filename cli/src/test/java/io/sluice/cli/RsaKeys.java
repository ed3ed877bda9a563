package io.sluice.cli;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;

/** Two RSA keys for every test of this JVM: each takes seconds to make. */
public final class RsaKeys {
    /** Signs bundles. */
    public static final KeyPair SIGNER = make();

    private RsaKeys() {}

    /** Nobody trusts it. */
    public static KeyPair stranger() {
        return Stranger.KEY;
    }

    private static KeyPair make() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2_048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Stranger {
        private static final KeyPair KEY = make();
    }
}
