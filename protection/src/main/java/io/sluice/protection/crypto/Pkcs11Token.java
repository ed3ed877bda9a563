package io.sluice.protection.crypto;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyException;
import java.security.KeyStore;
import java.security.Provider;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.Security;
import java.util.Arrays;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.security.auth.login.FailedLoginException;
import org.jspecify.annotations.Nullable;

/**
 * AES-256 keys that live in a PKCS#11 token, by label: it makes them and they cannot be taken out (CKA_SENSITIVE, not
 * CKA_EXTRACTABLE); AES-GCM with associated data (CKM_AES_GCM) is computed in the token.
 *
 * <p>Methods throw {@link GeneralSecurityException} where the token does not do what it should: then this object is of no
 * further use, another one may be. Safe for several threads, which take turns.
 */
public final class Pkcs11Token {
    private static final Pattern LIBRARY = Pattern.compile("/[A-Za-z0-9._/+-]{1,1023}");
    private static final int TAG_BITS = 128;

    private final Provider provider;
    private final KeyStore store;
    private final SecureRandom random = new SecureRandom();

    private Pkcs11Token(Provider provider, KeyStore store) {
        this.provider = provider;
        this.store = store;
    }

    /**
     * Logs in.
     *
     * @param library absolute path of the vendor's library
     * @param pin of the token's user; the caller's to overwrite
     * @throws FailedLoginException where the token refuses the PIN: to try again may lock it
     * @throws GeneralSecurityException where library or token are not there
     */
    public static Pkcs11Token open(Path library, String tokenLabel, char[] pin) throws GeneralSecurityException {
        if (!LIBRARY.matcher(library.toString()).matches()) {
            throw new KeyException("the path of a PKCS#11 library matches " + LIBRARY.pattern());
        }
        try {
            Provider provider = Security.getProvider("SunPKCS11").configure("--" + configuration(library, tokenLabel));
            KeyStore store = KeyStore.getInstance("PKCS11", provider);
            store.load(null, pin);
            return new Pkcs11Token(provider, store);
        } catch (IOException | ProviderException e) {
            for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
                if (cause instanceof FailedLoginException refused) {
                    throw refused;
                }
            }
            throw new KeyException("the token " + tokenLabel + " of " + library + " cannot be used", e);
        }
    }

    private static String configuration(Path library, String tokenLabel) throws KeyException {
        return String.join(
                "\n",
                "name = Sluice",
                "library = " + library,
                "slot = " + Pkcs11Slots.find(library, tokenLabel),
                "attributes(generate,CKO_SECRET_KEY,CKK_AES) = {",
                "  CKA_TOKEN = false", // copied to the token together with its label
                "  CKA_SENSITIVE = true",
                "  CKA_EXTRACTABLE = false",
                "  CKA_ENCRYPT = true",
                "  CKA_DECRYPT = true",
                "  CKA_WRAP = false",
                "  CKA_UNWRAP = false",
                "  CKA_DERIVE = false",
                "}",
                "");
    }

    /** The labels of all AES keys as of now. */
    public synchronized SortedSet<String> labels() throws GeneralSecurityException {
        try {
            store.load(new ByteArrayInputStream(new byte[0]), null);
            return new TreeSet<>(Collections.list(store.aliases()));
        } catch (IOException | ProviderException e) {
            throw new KeyException("the token's keys cannot be listed", e);
        }
    }

    /** Makes a random key in the token. */
    public synchronized void generate(String label) throws GeneralSecurityException {
        try {
            KeyGenerator generator = KeyGenerator.getInstance("AES", provider);
            generator.init(8 * AesGcm.KEY_BYTES);
            SecretKey key = generator.generateKey();
            if (key.getEncoded() != null) {
                throw new KeyException("the token hands out the keys that it makes");
            }
            store.setEntry(label, new KeyStore.SecretKeyEntry(key), null);
        } catch (ProviderException e) {
            throw new KeyException("the token does not make keys", e);
        }
    }

    /** Destroys a key. */
    public synchronized void delete(String label) throws GeneralSecurityException {
        try {
            store.deleteEntry(label);
        } catch (ProviderException e) {
            throw new KeyException("the token does not destroy keys", e);
        }
        if (labels().contains(label)) {
            throw new KeyException("the token still has the key that it destroyed");
        }
    }

    /** AES-GCM ciphertext and tag; null where there is no key of that label. */
    public synchronized byte @Nullable [] seal(String label, byte[] nonce, byte[] associatedData, SecretBytes secret)
            throws GeneralSecurityException {
        SecretKey key = key(label);
        if (key == null) {
            return null;
        }
        byte[] plain = secret.copy();
        try {
            return run(Cipher.ENCRYPT_MODE, key, nonce, associatedData, plain);
        } catch (GeneralSecurityException | ProviderException e) {
            if (!labels().contains(label)) {
                return null; // destroyed by somebody else since we looked it up
            }
            throw new KeyException("the token does not encrypt", e);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    /** The secret; null where there is no key of that label or the ciphertext is not of it, nonce and data. */
    public synchronized @Nullable SecretBytes open(String label, byte[] nonce, byte[] associatedData, byte[] sealed)
            throws GeneralSecurityException {
        SecretKey key = key(label);
        if (key == null || sealed.length <= TAG_BITS / 8) {
            return null;
        }
        try {
            return SecretBytes.owning(run(Cipher.DECRYPT_MODE, key, nonce, associatedData, sealed));
        } catch (GeneralSecurityException | ProviderException e) {
            // Tokens answer a wrong tag as they like, some with "general error": only a trial tells it from a failure.
            if (labels().contains(label)) {
                requireWorking(key, nonce.length);
            }
            return null;
        }
    }

    private void requireWorking(SecretKey key, int nonceBytes) throws GeneralSecurityException {
        byte[] nonce = new byte[nonceBytes];
        random.nextBytes(nonce);
        try {
            byte[] sealed = run(Cipher.ENCRYPT_MODE, key, nonce, nonce, nonce);
            run(Cipher.DECRYPT_MODE, key, nonce, nonce, sealed);
        } catch (ProviderException e) {
            throw new KeyException("the token does not decrypt", e);
        }
    }

    private byte[] run(int mode, SecretKey key, byte[] nonce, byte[] associatedData, byte[] input)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", provider);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(associatedData);
        return cipher.doFinal(input);
    }

    private @Nullable SecretKey key(String label) throws GeneralSecurityException {
        try {
            Key key = store.getKey(label, null);
            if (key == null && labels().contains(label)) { // another process made it
                key = store.getKey(label, null);
            }
            return (SecretKey) key;
        } catch (ProviderException e) {
            throw new KeyException("the token does not find its keys", e);
        }
    }
}
