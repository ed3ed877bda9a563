package io.sluice.protection.keys;

import io.sluice.core.encoding.LengthPrefixed;
import io.sluice.core.encoding.Sha256;
import io.sluice.protection.crypto.HmacSha256;
import io.sluice.protection.crypto.KeyWrap;
import io.sluice.protection.crypto.Pkcs12Keys;
import io.sluice.protection.crypto.SecretBytes;
import io.sluice.protection.keys.KeyAccessException.Code;
import io.sluice.protection.keys.SharedFile.Stamp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
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
public final class LocalKms implements Kms {
    /** Longest time for which a change made by another process stays unseen. */
    public static final long RECHECK_MS = 1_000;
    /** Most keys of one keystore. */
    public static final int MAX_KEYS = 1_000;

    private static final int ID_BYTES = 12;

    private final SharedFile file;
    private final Path passwordFile;
    private final SecureRandom random = new SecureRandom();
    private final Clock clock = Clock.systemUTC();

    /** Guarded by {@code this}: the file as of {@link #stamp}, last compared at {@link #checkedNanos}. */
    private Pkcs12Keys keys = Pkcs12Keys.empty();

    /** Guarded by {@code this}: those keys of it that were asked for. */
    private final Map<String, SecretBytes> opened = new HashMap<>();

    /** Guarded by {@code this}: SHA-256 of the file that {@link #keys} are; to check its MAC again costs 10,000 steps. */
    private byte @Nullable [] digest;

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
            kms.change((keys, password) -> true);
        }
        kms.refresh(true);
        return kms;
    }

    @Override
    public boolean create(String keyName) {
        KmsKey.requireName(keyName);
        if (has(keyName)) {
            return false; // the usual answer, without taking the lock
        }
        return change((keys, password) -> {
            if (keys.has(keyName)) {
                return false;
            }
            if (keys.names().size() >= MAX_KEYS) {
                throw new KeyAccessException(Code.UNWRITABLE, "the keystore has " + MAX_KEYS + " keys, its limit");
            }
            SecretBytes key = SecretBytes.random(32, random);
            keys.put(keyName, key, password);
            opened.put(keyName, key); // whoever makes a key wraps with it next
            return true;
        });
    }

    /** {@inheritDoc} The receipt's time is when the last process has noticed. */
    @Override
    public Optional<DestroyReceipt> destroy(String keyName) {
        KmsKey.requireName(keyName);
        String[] id = new String[1];
        boolean destroyed = change((keys, password) -> {
            SecretBytes key = keys.key(keyName, password);
            if (key == null) {
                return false;
            }
            id[0] = id(keyName, key);
            key.destroy();
            keys.remove(keyName);
            opened.remove(keyName);
            return true;
        });
        return destroyed
                ? Optional.of(new DestroyReceipt(keyName, id[0], clock.instant().plusMillis(RECHECK_MS)))
                : Optional.empty();
    }

    @Override
    public synchronized boolean has(String keyName) {
        return known(keyName);
    }

    @Override
    public Optional<KmsKey> describe(String keyName) {
        SecretBytes key = key(keyName);
        return key == null ? Optional.empty() : Optional.of(new KmsKey(keyName, id(keyName, key), null));
    }

    @Override
    public synchronized TreeSet<String> keyNames() {
        refresh(true);
        return keys.names();
    }

    @Override
    public byte[] wrap(String keyName, SecretBytes key, byte[] associatedData) {
        SecretBytes wrapping = key(keyName);
        if (wrapping == null) {
            throw new KeyAccessException(Code.UNKNOWN_KEY, "no wrapping key " + keyName + " in " + file.path());
        }
        return KeyWrap.wrap(wrapping, key, bind(keyName, associatedData), random);
    }

    @Override
    public Unwrapped unwrap(String keyName, byte[] wrapped, byte[] associatedData) {
        SecretBytes wrapping;
        try {
            wrapping = key(keyName);
        } catch (KeyAccessException e) {
            return new Unwrapped.OutOfReach(e);
        }
        if (wrapping == null) {
            return Unwrapped.Refused.UNKNOWN_KEY;
        }
        SecretBytes key = KeyWrap.unwrap(wrapping, wrapped, bind(keyName, associatedData));
        return key == null ? Unwrapped.Refused.INVALID : new Unwrapped.Key(key);
    }

    /** A check value: who has a copy of the file can tell which key a receipt speaks of, and nobody learns the key. */
    private static String id(String keyName, SecretBytes key) {
        byte[] label =
                new LengthPrefixed().text("sluice-kms-id").u8(1).text(keyName).toBytes();
        return HexFormat.of().formatHex(new HmacSha256(key).of(label), 0, ID_BYTES);
    }

    private static byte[] bind(String keyName, byte[] associatedData) {
        return new LengthPrefixed()
                .text("sluice-kms")
                .u8(1)
                .text(keyName)
                .bytes(associatedData)
                .toBytes();
    }

    /** Whether there is the key; an unknown name makes it read the file anew if that has changed. */
    private synchronized boolean known(String keyName) {
        refresh(false);
        if (!keys.has(keyName)) {
            refresh(true);
        }
        return keys.has(keyName);
    }

    private synchronized @Nullable SecretBytes key(String keyName) {
        if (!known(keyName)) {
            return null;
        }
        SecretBytes key = opened.get(keyName);
        if (key == null) {
            key = withPassword(password -> Optional.ofNullable(keys.key(keyName, password)))
                    .orElseThrow(); // known just now, under the same lock
            opened.put(keyName, key);
        }
        return key;
    }

    private synchronized void refresh(boolean now) {
        long nanos = System.nanoTime();
        if (!now && stamp != null && nanos - checkedNanos < RECHECK_MS * 1_000_000) {
            return;
        }
        Stamp found = file.stamp();
        if (found == null || !found.equals(stamp)) {
            // The stamp is taken before the content: a replacement in between is read twice, never missed.
            byte[] content = file.read();
            keys = withPassword(password -> read(content, password));
            stamp = found;
        }
        checkedNanos = nanos;
    }

    /** A change to the newest keys; false where it changed nothing. */
    private interface Change {
        boolean apply(Pkcs12Keys keys, char[] password) throws GeneralSecurityException;
    }

    /** The keys of this content: those at hand, where they are of it. */
    private Pkcs12Keys read(byte[] content, char[] password) throws GeneralSecurityException {
        byte[] found = Sha256.digest(content);
        if (Arrays.equals(found, digest)) {
            return keys;
        }
        Pkcs12Keys read = Pkcs12Keys.read(content, password);
        opened.clear();
        digest = found;
        return read;
    }

    /** Applies a change to the newest keys, alone among all processes. Returns what {@code change} returned. */
    private synchronized boolean change(Change change) {
        boolean changed = false;
        boolean written = false;
        try {
            boolean[] made = new boolean[1];
            file.update(before -> withPassword(password -> {
                keys = before.length == 0 ? Pkcs12Keys.empty() : read(before, password);
                made[0] = change.apply(keys, password);
                if (!made[0]) {
                    return before;
                }
                byte[] after = keys.toBytes(password);
                digest = Sha256.digest(after);
                return after;
            }));
            changed = made[0];
            written = true;
        } finally {
            if (!written) { // what was changed stands in no file
                opened.clear();
                digest = null;
                stamp = null;
            }
        }
        refresh(true);
        return changed;
    }

    private interface Opening<T> {
        T under(char[] password) throws GeneralSecurityException;
    }

    private <T> T withPassword(Opening<T> opening) {
        char[] password = SecretFile.read(passwordFile);
        try {
            return opening.under(password);
        } catch (GeneralSecurityException e) {
            throw new KeyAccessException(
                    Code.UNREADABLE, file.path() + " does not open under the password in " + passwordFile, e);
        } finally {
            Pkcs12Keys.forget(password);
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
}
