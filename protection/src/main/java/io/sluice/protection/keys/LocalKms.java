package io.sluice.protection.keys;

import io.sluice.core.encoding.LengthPrefixed;
import io.sluice.protection.crypto.HmacSha256;
import io.sluice.protection.crypto.KeyWrap;
import io.sluice.protection.crypto.Pkcs12KeysCodec;
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
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
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

    @Override
    public boolean create(String keyName) {
        KmsKey.requireName(keyName);
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

    /** {@inheritDoc} The receipt's time is when the last process has noticed. */
    @Override
    public Optional<DestroyReceipt> destroy(String keyName) {
        KmsKey.requireName(keyName);
        Map<String, SecretBytes> destroyed = new TreeMap<>();
        change(keys -> {
            SecretBytes removed = keys.remove(keyName);
            if (removed != null) {
                destroyed.put(keyName, removed);
            }
            return removed != null;
        });
        SecretBytes key = destroyed.get(keyName);
        if (key == null) {
            return Optional.empty();
        }
        String id = id(keyName, key);
        key.destroy();
        return Optional.of(new DestroyReceipt(keyName, id, clock.instant().plusMillis(RECHECK_MS)));
    }

    @Override
    public boolean has(String keyName) {
        return key(keyName) != null;
    }

    @Override
    public Optional<KmsKey> describe(String keyName) {
        SecretBytes key = key(keyName);
        return key == null ? Optional.empty() : Optional.of(new KmsKey(keyName, id(keyName, key), null));
    }

    @Override
    public synchronized TreeSet<String> keyNames() {
        refresh(true);
        return new TreeSet<>(keys.keySet());
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
        char[] password = SecretFile.read(passwordFile);
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
        char[] password = SecretFile.read(passwordFile);
        try {
            return Pkcs12KeysCodec.encode(edited, password);
        } finally {
            Pkcs12KeysCodec.forget(password);
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
