package io.sluice.protection.crypto;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Collections;
import java.util.TreeSet;
import javax.crypto.spec.PBEParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * Named AES-256 keys in a PKCS#12 file (RFC 7292), as {@code keytool} reads it.
 *
 * <p>Each entry is encrypted (PBES2 with AES-256) and the file carries a MAC under the password, so a wrong password or an
 * altered file is an exception, never other keys. An entry stays encrypted until it is asked for, and is written as it
 * was read: each costs a derivation of 10,000 steps. Names are lower-cased by PKCS#12 itself; callers use lower case.
 *
 * <p>Not thread-safe.
 */
public final class Pkcs12Keys {
    private static final String ENCRYPTION = "PBEWithHmacSHA256AndAES_256";

    /**
     * PBKDF2 iterations of each entry, whatever {@code keystore.pkcs12.keyPbeIterationCount} says: the launcher lowers that
     * for the keystores that TLS clients make in memory.
     */
    static final int PBKDF2_ITERATIONS = 10_000;

    private static final int SALT_BYTES = 20;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final KeyStore store;

    private Pkcs12Keys(KeyStore store) {
        this.store = store;
    }

    /** No keys. */
    public static Pkcs12Keys empty() {
        try {
            return new Pkcs12Keys(loaded(null, null));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the JDK could not make an empty PKCS#12 file", e);
        }
    }

    /**
     * The keys of a file, whose MAC is verified.
     *
     * @throws GeneralSecurityException where password or file is wrong
     */
    public static Pkcs12Keys read(byte[] file, char[] password) throws GeneralSecurityException {
        try {
            return new Pkcs12Keys(loaded(new ByteArrayInputStream(file), password));
        } catch (IOException e) {
            throw new GeneralSecurityException("not a PKCS#12 file of this password", e);
        }
    }

    private static KeyStore loaded(@Nullable InputStream file, char @Nullable [] password)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(file, password);
        return store;
    }

    /** The names, sorted. */
    public TreeSet<String> names() {
        try {
            return new TreeSet<>(Collections.list(store.aliases()));
        } catch (KeyStoreException e) {
            throw notLoaded(e);
        }
    }

    /** Whether there is a key of this name. */
    public boolean has(String name) {
        try {
            return store.containsAlias(name);
        } catch (KeyStoreException e) {
            throw notLoaded(e);
        }
    }

    /**
     * The key of a name, which the caller owns; null where there is none.
     *
     * @throws GeneralSecurityException where the password is wrong or the entry is not an AES-256 key
     */
    public @Nullable SecretBytes key(String name, char[] password) throws GeneralSecurityException {
        if (!has(name)) {
            return null;
        }
        Key key = store.getKey(name, password);
        byte[] bytes = key == null ? null : key.getEncoded();
        if (bytes == null || bytes.length != AesGcm.KEY_BYTES) {
            throw new GeneralSecurityException("entry " + name + " is not an AES-256 key");
        }
        return SecretBytes.owning(bytes);
    }

    /** Adds a key, or puts it in the place of the one of that name. */
    public void put(String name, SecretBytes key, char[] password) {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        try {
            store.setEntry(
                    name,
                    new KeyStore.SecretKeyEntry(key.toKey("AES")),
                    new KeyStore.PasswordProtection(
                            password, ENCRYPTION, new PBEParameterSpec(salt, PBKDF2_ITERATIONS)));
        } catch (KeyStoreException e) {
            throw new IllegalStateException("the JDK could not encrypt a PKCS#12 entry", e);
        }
    }

    /** Removes a key, if there is one of that name. */
    public void remove(String name) {
        try {
            store.deleteEntry(name);
        } catch (KeyStoreException e) {
            throw notLoaded(e);
        }
    }

    /** The bytes of a file that holds the keys. The password must be that of the entries. */
    public byte[] toBytes(char[] password) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            store.store(out, password);
            return out.toByteArray();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the JDK could not write a PKCS#12 file", e);
        }
    }

    private static IllegalStateException notLoaded(KeyStoreException e) {
        return new IllegalStateException("the PKCS#12 file was not loaded", e);
    }

    /** Overwrites the password in memory. */
    public static void forget(char[] password) {
        Arrays.fill(password, '\0');
    }
}
