package io.sluice.protection.keys;

import io.sluice.core.encoding.LengthPrefixed;
import io.sluice.protection.crypto.KeyWrap;
import io.sluice.protection.crypto.SecretBytes;
import io.sluice.protection.keys.KeyAccessException.Code;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** A KMS in memory that can be switched off, and that counts what it is asked. Keeps the contract. */
public final class FakeKms implements Kms {
    private record Held(String id, SecretBytes secret) {}

    private final Map<String, Held> keys;
    private final SecureRandom random = new SecureRandom();
    private volatile boolean off;
    private int calls;

    /** An empty one. */
    public FakeKms() {
        this(new TreeMap<>());
    }

    private FakeKms(Map<String, Held> keys) {
        this.keys = keys;
    }

    /** Another door to the same keys. */
    FakeKms another() {
        return new FakeKms(keys);
    }

    /** Takes it out of reach, or back. */
    public FakeKms switchOff(boolean now) {
        off = now;
        return this;
    }

    /** How often it was asked, also in vain. */
    public synchronized int calls() {
        return calls;
    }

    @Override
    public boolean create(String keyName) {
        KmsKey.requireName(keyName);
        synchronized (ask()) {
            return keys.putIfAbsent(
                            keyName, new Held(Long.toHexString(random.nextLong()), SecretBytes.random(32, random)))
                    == null;
        }
    }

    @Override
    public boolean has(String keyName) {
        synchronized (ask()) {
            return keys.containsKey(keyName);
        }
    }

    @Override
    public Optional<KmsKey> describe(String keyName) {
        synchronized (ask()) {
            return Optional.ofNullable(keys.get(keyName)).map(held -> new KmsKey(keyName, held.id(), null));
        }
    }

    @Override
    public TreeSet<String> keyNames() {
        synchronized (ask()) {
            return new TreeSet<>(keys.keySet());
        }
    }

    @Override
    public byte[] wrap(String keyName, SecretBytes key, byte[] associatedData) {
        synchronized (ask()) {
            Held held = keys.get(keyName);
            if (held == null) {
                throw new KeyAccessException(Code.UNKNOWN_KEY, "no wrapping key " + keyName);
            }
            return KeyWrap.wrap(held.secret(), key, bind(keyName, associatedData), random);
        }
    }

    @Override
    public Unwrapped unwrap(String keyName, byte[] wrapped, byte[] associatedData) {
        try {
            synchronized (ask()) {
                Held held = keys.get(keyName);
                if (held == null) {
                    return Unwrapped.Refused.UNKNOWN_KEY;
                }
                SecretBytes key = KeyWrap.unwrap(held.secret(), wrapped, bind(keyName, associatedData));
                return key == null ? Unwrapped.Refused.INVALID : new Unwrapped.Key(key);
            }
        } catch (KeyAccessException e) {
            return new Unwrapped.OutOfReach(e);
        }
    }

    @Override
    public Optional<DestroyReceipt> destroy(String keyName) {
        KmsKey.requireName(keyName);
        synchronized (ask()) {
            return Optional.ofNullable(keys.remove(keyName))
                    .map(held -> new DestroyReceipt(keyName, held.id(), Instant.now()));
        }
    }

    /** Counts the call and gives the lock over the keys. */
    private synchronized Object ask() {
        calls++;
        if (off) {
            throw new KeyAccessException(Code.UNREACHABLE, "the KMS is switched off");
        }
        return keys;
    }

    private static byte[] bind(String keyName, byte[] associatedData) {
        return new LengthPrefixed().text(keyName).bytes(associatedData).toBytes();
    }
}
