package io.sluice.protection.crypto;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.spec.PBEParameterSpec;

/**
 * Named AES-256 keys to and from the bytes of a PKCS#12 file (RFC 7292), as {@code keytool} reads it.
 *
 * <p>The file is encrypted (PBES2 with AES-256) and carries a MAC under the password, so a wrong password or an altered
 * file is an exception, never other keys. Names are lower-cased by PKCS#12 itself; callers use lower case.
 */
public final class Pkcs12KeysCodec {
    private static final String ENCRYPTION = "PBEWithHmacSHA256AndAES_256";

    /**
     * PBKDF2 iterations of each entry, whatever {@code keystore.pkcs12.keyPbeIterationCount} says: the launcher lowers that
     * for the keystores that TLS clients make in memory.
     */
    static final int PBKDF2_ITERATIONS = 10_000;

    private static final int SALT_BYTES = 20;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Pkcs12KeysCodec() {}

    /**
     * The keys of a file.
     *
     * @throws GeneralSecurityException where password or file is wrong
     */
    public static Map<String, SecretBytes> decode(byte[] file, char[] password) throws GeneralSecurityException {
        Map<String, SecretBytes> keys = new TreeMap<>();
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(file), password);
            for (String name : Collections.list(store.aliases())) {
                Key key = store.getKey(name, password);
                byte[] bytes = key == null ? null : key.getEncoded();
                if (bytes == null || bytes.length != AesGcm.KEY_BYTES) {
                    throw new GeneralSecurityException("entry " + name + " is not an AES-256 key");
                }
                keys.put(name, SecretBytes.owning(bytes));
            }
        } catch (IOException e) {
            throw new GeneralSecurityException("not a PKCS#12 file of this password", e);
        }
        return keys;
    }

    /** The bytes of a file that holds the keys. */
    public static byte[] encode(Map<String, SecretBytes> keys, char[] password) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, password);
            for (Map.Entry<String, SecretBytes> key : keys.entrySet()) {
                store.setEntry(
                        key.getKey(), new KeyStore.SecretKeyEntry(key.getValue().toKey("AES")), protection(password));
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            store.store(out, password);
            return out.toByteArray();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the JDK could not write a PKCS#12 file", e);
        }
    }

    private static KeyStore.PasswordProtection protection(char[] password) {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        return new KeyStore.PasswordProtection(password, ENCRYPTION, new PBEParameterSpec(salt, PBKDF2_ITERATIONS));
    }

    /** Overwrites the password in memory. */
    public static void forget(char[] password) {
        Arrays.fill(password, '\0');
    }
}
