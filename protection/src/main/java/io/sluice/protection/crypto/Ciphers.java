package io.sluice.protection.crypto;

import java.security.GeneralSecurityException;
import java.security.Provider;
import javax.crypto.Cipher;

/** The JDK's ciphers without a search through its providers for each: that costs more than a field. Stateless. */
final class Ciphers {
    private Ciphers() {}

    /** The provider that the JVM's configuration prefers for a transformation. */
    static Provider provider(String transformation) {
        try {
            return Cipher.getInstance(transformation).getProvider();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no " + transformation, e);
        }
    }

    static Cipher get(String transformation, Provider provider) {
        try {
            return Cipher.getInstance(transformation, provider);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(provider.getName() + " has no " + transformation, e);
        }
    }
}
