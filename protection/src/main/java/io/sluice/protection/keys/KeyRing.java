package io.sluice.protection.keys;

import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.LengthPrefixed;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import io.sluice.protection.crypto.SecretBytes;
import io.sluice.protection.keys.KeyAccessException.Code;
import io.sluice.protection.keys.SharedFile.Stamp;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ForkJoinPool;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Named random 32-byte keys, each version wrapped by the KMS, in one JSON file beside the keystore
 * ({@code docs/specs/keyring.md}).
 *
 * <p>Promises: a key of a name is the same in every process that shares the file; no version is ever replaced or
 * dropped; a wrapped key moved to another name, version or tenant does not open. Keys are unwrapped once and kept in
 * memory for the life of the ring; whoever uses them asks {@link #reach} whether they still may.
 *
 * <p>Safe for use by several threads and processes.
 */
public final class KeyRing {
    /** Most key versions of one ring. */
    public static final int MAX_KEYS = 10_000;
    /** Highest version that {@link #version} makes. */
    public static final int MAX_NAMED_VERSION = 100;
    /** Length of every key. */
    public static final int KEY_BYTES = 32;

    private static final String WRAPPING_KEY = "keyring";
    private static final String FORMAT = "sluice-keyring-1";
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{0,127}");

    /** The file's JSON. */
    private record Content(String format, String tenant, List<Item> keys) {}

    /** One version of a key in the file. */
    private record Item(String name, int version, String id, String created, String kmsKey, String wrapped) {
        Map<String, Object> toJson() {
            return Map.of(
                    "name", name,
                    "version", version,
                    "id", id,
                    "created", created,
                    "kmsKey", kmsKey,
                    "wrapped", wrapped);
        }
    }

    private final SharedFile file;
    private final Kms kms;
    private final String tenant;
    private final Clock clock;
    private final Reach reach;
    private final SecureRandom random = new SecureRandom();

    /** Guarded by {@code this}. Versions by name, keys by id; only ever added to. */
    private final Map<String, TreeMap<Integer, RingKey>> byName = new TreeMap<>();

    private final Map<KeyId, RingKey> byId = new HashMap<>();
    /** Names of the keys that the file holds and the KMS can open no more. */
    private final Map<KeyId, String> destroyed = new HashMap<>();

    private @Nullable Stamp stamp;

    private KeyRing(Path path, Kms kms, String tenant, Clock clock, Duration outageLimit) {
        this.file = new SharedFile(path);
        this.kms = kms;
        this.tenant = tenant;
        this.clock = clock;
        this.reach = new Reach(() -> kms.has(WRAPPING_KEY), outageLimit, System::nanoTime, ForkJoinPool.commonPool());
    }

    /**
     * Opens an existing ring.
     *
     * @throws KeyAccessException where the file is missing, of another tenant, or a key does not open
     */
    public static KeyRing open(Path path, Kms kms, String tenant, Clock clock) {
        return open(path, kms, tenant, clock, KmsSettings.DEFAULT_OUTAGE_LIMIT);
    }

    /** The same with a limit for {@link #reach}. */
    static KeyRing open(Path path, Kms kms, String tenant, Clock clock, Duration outageLimit) {
        KeyRing ring = new KeyRing(path, kms, tenant, clock, outageLimit);
        ring.refresh();
        return ring;
    }

    /** Opens a ring; makes an empty one where there is none. */
    public static KeyRing openOrCreate(Path path, Kms kms, String tenant, Clock clock) {
        return openOrCreate(path, kms, tenant, clock, KmsSettings.DEFAULT_OUTAGE_LIMIT);
    }

    /** The same with a limit for {@link #reach}. */
    static KeyRing openOrCreate(Path path, Kms kms, String tenant, Clock clock, Duration outageLimit) {
        KeyRing ring = new KeyRing(path, kms, tenant, clock, outageLimit);
        kms.create(WRAPPING_KEY);
        ring.file.update(before -> before.length > 0 ? before : ring.encode(List.of()));
        ring.refresh();
        return ring;
    }

    /** Whether the KMS was heard of lately: without it keys in memory are used no longer than its limit. */
    public Reach reach() {
        return reach;
    }

    /** The newest version of a key; makes version 1 where there is none. */
    public synchronized RingKey getOrCreate(String name) {
        requireName(name);
        RingKey known = newest(name);
        if (known == null) {
            refresh();
            known = newest(name);
        }
        return known != null ? known : add(name, 1, WRAPPING_KEY);
    }

    /**
     * That version of a key, whichever is the newest; makes it, and those before it, where there is none yet. Whoever names
     * a version gets the same key before and after every rotation.
     *
     * @param version from 1 to {@link #MAX_NAMED_VERSION}
     * @param held whether a key that does not exist yet is wrapped by a KMS key of its own, and not by the ring's
     */
    public synchronized RingKey version(String name, int version, boolean held) {
        requireName(name);
        if (version < 1 || version > MAX_NAMED_VERSION) {
            throw new IllegalArgumentException("a version is 1 to " + MAX_NAMED_VERSION);
        }
        RingKey known = ofVersion(name, version);
        if (known == null) {
            refresh();
            known = ofVersion(name, version);
        }
        while (known == null) {
            RingKey newest = newest(name);
            String wrapping =
                    held ? WRAPPING_KEY + "." + KeyId.of(tenant, name, 1).hex() : WRAPPING_KEY;
            add(name, newest == null ? 1 : newest.version() + 1, wrapping);
            known = ofVersion(name, version);
        }
        return known;
    }

    /** Makes the next version of a key; older ones stay for what they protect. */
    public synchronized RingKey rotate(String name) {
        RingKey present = getOrCreate(name);
        return add(name, present.version() + 1, WRAPPING_KEY);
    }

    /** The key of that id; looks at the file anew where it is not known. */
    public synchronized Optional<RingKey> find(KeyId id) {
        RingKey known = byId.get(id);
        if (known == null) {
            refresh();
            known = byId.get(id);
        }
        return Optional.ofNullable(known);
    }

    /** The name of the key of that id, where the KMS key that wrapped it was destroyed before the ring was opened. */
    public synchronized Optional<String> destroyed(KeyId id) {
        return Optional.ofNullable(destroyed.get(id));
    }

    /** All versions of a key, oldest first; empty where there is none. */
    public synchronized List<RingKey> versions(String name) {
        refresh();
        TreeMap<Integer, RingKey> versions = byName.get(name);
        return versions == null ? List.of() : List.copyOf(versions.values());
    }

    /** All keys, by name and version. */
    public synchronized List<RingKey> all() {
        refresh();
        List<RingKey> all = new ArrayList<>();
        byName.values().forEach(versions -> all.addAll(versions.values()));
        return all;
    }

    private @Nullable RingKey newest(String name) {
        TreeMap<Integer, RingKey> versions = byName.get(name);
        return versions == null ? null : versions.lastEntry().getValue();
    }

    private @Nullable RingKey ofVersion(String name, int version) {
        TreeMap<Integer, RingKey> versions = byName.get(name);
        return versions == null ? null : versions.get(version);
    }

    /**
     * Adds that version unless another process was faster; either way returns the newest.
     *
     * @param wrapping the KMS key that wraps the first version; the others follow it
     */
    private RingKey add(String name, int version, String wrapping) {
        if (!wrapping.equals(WRAPPING_KEY)) {
            kms.create(wrapping);
        }
        file.update(before -> {
            List<Item> items = new ArrayList<>(decode(before));
            boolean exists = items.stream().anyMatch(item -> item.name().equals(name) && item.version() >= version);
            if (exists) {
                return before;
            }
            if (items.size() >= MAX_KEYS) {
                throw new KeyAccessException(Code.UNWRITABLE, file.path() + " has " + MAX_KEYS + " keys, its limit");
            }
            SecretBytes fresh = SecretBytes.random(KEY_BYTES, random);
            String kmsKey = items.stream()
                    .filter(item -> item.name().equals(name))
                    .map(Item::kmsKey)
                    .findFirst()
                    .orElse(wrapping);
            byte[] wrapped = kms.wrap(kmsKey, fresh, binding(name, version));
            fresh.destroy();
            items.add(new Item(
                    name,
                    version,
                    KeyId.of(tenant, name, version).hex(),
                    clock.instant().toString(),
                    kmsKey,
                    Base64.getUrlEncoder().withoutPadding().encodeToString(wrapped)));
            return encode(items);
        });
        refresh();
        RingKey made = newest(name);
        if (made == null) {
            throw new KeyAccessException(
                    Code.UNKNOWN_KEY,
                    "key " + name + " of " + file.path() + " is gone: the KMS key that wrapped it is");
        }
        return made;
    }

    private synchronized void refresh() {
        Stamp found = file.stamp();
        if (found != null && found.equals(stamp)) {
            return;
        }
        for (Item item : decode(file.read())) {
            KeyId id = KeyId.of(tenant, item.name(), item.version());
            if (byId.containsKey(id)) {
                continue;
            }
            if (isGone(item)) {
                destroyed.put(id, item.name());
            } else {
                RingKey key = new RingKey(item.name(), item.version(), id, unwrap(item));
                byName.computeIfAbsent(item.name(), name -> new TreeMap<>()).put(item.version(), key);
                byId.put(id, key);
            }
        }
        stamp = found;
    }

    /** Whether a wrapping key of its own was destroyed: that ends what it wrapped, and nothing else. */
    private boolean isGone(Item item) {
        return !item.kmsKey().equals(WRAPPING_KEY) && !kms.has(item.kmsKey());
    }

    private SecretBytes unwrap(Item item) {
        Unwrapped answer = kms.unwrap(item.kmsKey(), base64(item), binding(item.name(), item.version()));
        if (answer instanceof Unwrapped.Key key && key.secret().length() == KEY_BYTES) {
            return key.secret();
        }
        String what = "key " + item.name() + "/" + item.version() + " of " + file.path();
        if (answer instanceof Unwrapped.OutOfReach outage) {
            throw new KeyAccessException(
                    outage.cause().code(),
                    what + " cannot be asked for: " + outage.cause().getMessage(),
                    outage.cause());
        }
        Code code = answer == Unwrapped.Refused.UNKNOWN_KEY ? Code.UNKNOWN_KEY : Code.INVALID;
        throw new KeyAccessException(code, what + " does not open: " + answer);
    }

    private byte[] base64(Item item) {
        try {
            return Base64.getUrlDecoder().decode(item.wrapped());
        } catch (IllegalArgumentException e) {
            throw new KeyAccessException(
                    Code.INVALID, "key " + item.name() + " of " + file.path() + " is not base64", e);
        }
    }

    private byte[] binding(String name, int version) {
        return new LengthPrefixed()
                .text("sluice-keyring")
                .u8(1)
                .text(tenant)
                .text(name)
                .text(Integer.toString(version))
                .toBytes();
    }

    private List<Item> decode(byte[] content) {
        try {
            Content read = StrictJson.read(content, Content.class);
            if (!FORMAT.equals(read.format()) || !tenant.equals(read.tenant())) {
                throw new KeyAccessException(
                        Code.INVALID, file.path() + " is not a ring of form " + FORMAT + " and tenant " + tenant);
            }
            return read.keys();
        } catch (MalformedJsonException e) {
            throw new KeyAccessException(Code.UNREADABLE, file.path() + " is damaged: " + e.getMessage(), e);
        }
    }

    private byte[] encode(List<Item> items) {
        return CanonicalJson.bytes(Map.of(
                "format",
                FORMAT,
                "tenant",
                tenant,
                "keys",
                items.stream().map(Item::toJson).toList()));
    }

    private static void requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("a key's name matches " + NAME.pattern());
        }
    }
}
