package io.sluice.protection.keys;

import io.sluice.core.encoding.LengthPrefixed;
import io.sluice.protection.crypto.KeyWrap;
import io.sluice.protection.crypto.Pkcs12KeysCodec;
import io.sluice.protection.crypto.SecretBytes;
import io.sluice.protection.keys.KeyAccessException.Code;
import io.sluice.protection.keys.SharedFile.Stamp;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A key management service on local disk: named wrapping keys in a PKCS#12 file under a password from a file.
 *
 * <p>Promises: a wrapping key never leaves it; a wrapped key opens only under the name and associated data it was wrapped
 * with; keys made by one process are found by the others at once; a destroyed key is gone from the file when
 * {@link #destroy} returns and from the memory of every other process within {@link #RECHECK_MS}. It does not promise
 * that the disk forgets the old blocks or that nobody copied the file: a KMS that does is an adapter of its own.
 *
 * <p>Safe for use by several threads and processes.
 */
public final class LocalKms {
    /** Longest time for which a change made by another process stays unseen. */
    public static final long RECHECK_MS = 1_000;
    /** Most keys of one keystore. */
    public static final int MAX_KEYS = 1_000;

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{0,63}");
    private static final int MAX_PASSWORD_BYTES = 1_024;

    private final SharedFile file;
    private final Path passwordFile;
    private final SecureRandom random = new SecureRandom();

    /** Guarded by {@code this}: the keys of the file as of {@link #stamp}, last compared at {@link #checkedNanos}. */
    private Map<String, SecretBytes> keys = Map.of();

    private @Nullable Stamp stamp;
    private long checkedNanos;

    private LocalKms(Path keystore, Path passwordFile) {
        this.file = new SharedFile(keystore);
        this.passwordFile = passwordFile;
    }

    /**
     * Opens an existing keystore.
     *
     * @throws KeyAccessException where a file is missing, readable by others, or does not open
     */
    public static LocalKms open(Path keystore, Path passwordFile) {
        LocalKms kms = new LocalKms(keystore, passwordFile);
        kms.refresh(true);
        return kms;
    }

    /** Opens a keystore; makes an empty one, and a password file with a random password, where there is none. */
    public static LocalKms openOrCreate(Path keystore, Path passwordFile) {
        LocalKms kms = new LocalKms(keystore, passwordFile);
        if (!kms.file.exists()) {
            createFolder(keystore);
            createFolder(passwordFile);
            kms.createPassword();
            kms.change(keys -> true);
        }
        kms.refresh(true);
        return kms;
    }

    /** Makes a random wrapping key. False where one of that name exists. */
    public boolean create(String keyName) {
        requireName(keyName);
        if (has(keyName)) {
            return false; // the usual answer, without taking the lock
        }
        return change(keys -> {
            if (keys.containsKey(keyName)) {
                return false;
            }
            if (keys.size() >= MAX_KEYS) {
                throw new KeyAccessException(Code.UNWRITABLE, "the keystore has " + MAX_KEYS + " keys, its limit");
            }
            keys.put(keyName, SecretBytes.random(32, random));
            return true;
        });
    }

    /** Destroys a wrapping key: what it wrapped can never be opened again. False where there is none of that name. */
    public boolean destroy(String keyName) {
        requireName(keyName);
        return change(keys -> keys.remove(keyName) != null);
    }

    /** Whether a key of that name exists now. */
    public boolean has(String keyName) {
        return key(keyName) != null;
    }

    /** The names of all keys. */
    public synchronized TreeSet<String> keyNames() {
        refresh(true);
        return new TreeSet<>(keys.keySet());
    }

    /**
     * Wraps a key.
     *
     * @throws KeyAccessException with {@code UNKNOWN_KEY} where no wrapping key of that name exists
     */
    public byte[] wrap(String keyName, SecretBytes key, byte[] associatedData) {
        SecretBytes wrapping = key(keyName);
        if (wrapping == null) {
            throw new KeyAccessException(Code.UNKNOWN_KEY, "no wrapping key " + keyName + " in " + file.path());
        }
        return KeyWrap.wrap(wrapping, key, bind(keyName, associatedData), random);
    }

    /** Opens a wrapped key. Never throws for what the bytes say, only where the keystore itself cannot be read. */
    public Unwrapped unwrap(String keyName, byte[] wrapped, byte[] associatedData) {
        SecretBytes wrapping = key(keyName);
        if (wrapping == null) {
            return Unwrapped.Refused.UNKNOWN_KEY;
        }
        SecretBytes key = KeyWrap.unwrap(wrapping, wrapped, bind(keyName, associatedData));
        return key == null ? Unwrapped.Refused.INVALID : new Unwrapped.Key(key);
    }

    private static byte[] bind(String keyName, byte[] associatedData) {
        return new LengthPrefixed()
                .text("sluice-kms")
                .u8(1)
                .text(keyName)
                .bytes(associatedData)
                .toBytes();
    }

    /** The wrapping key; an unknown name makes it read the file anew if that has changed. */
    private synchronized @Nullable SecretBytes key(String keyName) {
        refresh(false);
        SecretBytes known = keys.get(keyName);
        if (known == null) {
            refresh(true);
            known = keys.get(keyName);
        }
        return known;
    }

    private synchronized void refresh(boolean now) {
        long nanos = System.nanoTime();
        if (!now && stamp != null && nanos - checkedNanos < RECHECK_MS * 1_000_000) {
            return;
        }
        Stamp found = file.stamp();
        if (found == null || !found.equals(stamp)) {
            // The stamp is taken before the content: a replacement in between is read twice, never missed.
            keys = decode(file.read());
            stamp = found;
        }
        checkedNanos = nanos;
    }

    /** Applies a change to the newest keys, alone among all processes. Returns what {@code change} returned. */
    private synchronized boolean change(Predicate<Map<String, SecretBytes>> change) {
        boolean[] changed = new boolean[1];
        file.update(before -> {
            Map<String, SecretBytes> edited = new TreeMap<>(before.length == 0 ? Map.of() : decode(before));
            changed[0] = change.test(edited);
            return changed[0] ? encode(edited) : before;
        });
        refresh(true);
        return changed[0];
    }

    private Map<String, SecretBytes> decode(byte[] content) {
        char[] password = readPassword();
        try {
            return Pkcs12KeysCodec.decode(content, password);
        } catch (GeneralSecurityException e) {
            throw new KeyAccessException(
                    Code.UNREADABLE, file.path() + " does not open under the password in " + passwordFile, e);
        } finally {
            Pkcs12KeysCodec.forget(password);
        }
    }

    private byte[] encode(Map<String, SecretBytes> edited) {
        char[] password = readPassword();
        try {
            return Pkcs12KeysCodec.encode(edited, password);
        } finally {
            Pkcs12KeysCodec.forget(password);
        }
    }

    private char[] readPassword() {
        try {
            SharedFile.requireOwnerOnly(passwordFile);
            if (Files.size(passwordFile) > MAX_PASSWORD_BYTES) {
                throw new KeyAccessException(
                        Code.UNREADABLE, passwordFile + " has more than " + MAX_PASSWORD_BYTES + " bytes");
            }
            byte[] bytes = Files.readAllBytes(passwordFile);
            CharBuffer text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes));
            Arrays.fill(bytes, (byte) 0);
            int end = text.length();
            while (end > 0 && (text.get(end - 1) == '\n' || text.get(end - 1) == '\r')) {
                end--;
            }
            char[] password = new char[end];
            text.get(password);
            if (end == 0) {
                throw new KeyAccessException(Code.UNREADABLE, passwordFile + " is empty");
            }
            return password;
        } catch (IOException e) {
            throw new KeyAccessException(Code.UNREADABLE, "password file " + passwordFile + " cannot be read", e);
        }
    }

    private void createPassword() {
        byte[] fresh = new byte[32];
        random.nextBytes(fresh);
        new SharedFile(passwordFile)
                .createIfAbsent(Base64.getUrlEncoder().withoutPadding().encode(fresh));
        Arrays.fill(fresh, (byte) 0);
    }

    private static void createFolder(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        try {
            if (folder != null) {
                Files.createDirectories(folder);
            }
        } catch (IOException e) {
            throw new KeyAccessException(Code.UNWRITABLE, "folder " + folder + " cannot be made", e);
        }
    }

    private static void requireName(String keyName) {
        if (!NAME.matcher(keyName).matches()) {
            throw new IllegalArgumentException("a wrapping key's name matches " + NAME.pattern());
        }
    }
}
