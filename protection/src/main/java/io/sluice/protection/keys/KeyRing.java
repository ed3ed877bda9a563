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
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ForkJoinPool;
import java.util.regex.Matcher;
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
    /** Wrapping keys of the whole ring, one after another. */
    private static final Pattern RING_WIDE = Pattern.compile(WRAPPING_KEY + "(?:-([1-9][0-9]{0,8}))?");
    /** Where only the limits count. */
    private static final KmsSettings ANY = new KmsSettings(new KmsSettings.Local(""), KmsSettings.DEFAULT_OUTAGE_LIMIT);

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{0,127}");

    /** The file's JSON. */
    private record Content(String format, String tenant, List<Item> keys) {}

    /**
     * One version of a key in the file.
     *
     * @param untold why the one before was due, as long as no entry of the audit log says that it was replaced
     */
    private record Item(
            String name,
            int version,
            String id,
            String created,
            String kmsKey,
            String wrapped,
            @Nullable String untold) {
        Map<String, Object> toJson() {
            Map<String, Object> json = new TreeMap<>(Map.of(
                    "name", name,
                    "version", version,
                    "id", id,
                    "created", created,
                    "kmsKey", kmsKey,
                    "wrapped", wrapped));
            if (untold != null) {
                json.put("untold", untold);
            }
            return json;
        }

        boolean isUntold(Rotation rotation) {
            return untold != null && name.equals(rotation.key()) && version == rotation.version();
        }

        Item told() {
            return new Item(name, version, id, created, kmsKey, wrapped, null);
        }
    }

    private final SharedFile file;
    private final Kms kms;
    private final String tenant;
    private final Clock clock;
    private final Reach reach;
    private final EnvelopeKeys envelopes;
    private final SecureRandom random = new SecureRandom();

    /** Guarded by {@code this}. Versions by name, keys by id; only ever added to. */
    private final Map<String, TreeMap<Integer, RingKey>> byName = new TreeMap<>();

    private final Map<KeyId, RingKey> byId = new HashMap<>();
    private final Map<KeyId, Instant> created = new HashMap<>();
    /** Names of the keys that the file holds and the KMS can open no more. */
    private final Map<KeyId, String> destroyed = new HashMap<>();

    /** Versions of which the audit log may not tell yet, as of the file read last. */
    private List<Rotation> untold = List.of();

    private @Nullable Stamp stamp;

    private KeyRing(Path path, Kms kms, String tenant, Clock clock, KmsSettings settings) {
        this.file = new SharedFile(path);
        this.kms = kms;
        this.tenant = tenant;
        this.clock = clock;
        this.reach = new Reach(
                () -> kms.has(WRAPPING_KEY), settings.outageLimit(), System::nanoTime, ForkJoinPool.commonPool());
        this.envelopes = new EnvelopeKeys(this, settings.envelope(), clock, System::nanoTime);
    }

    /**
     * Opens an existing ring.
     *
     * @throws KeyAccessException where the file is missing, of another tenant, or a key does not open
     */
    public static KeyRing open(Path path, Kms kms, String tenant, Clock clock) {
        return open(path, kms, tenant, clock, ANY);
    }

    /** The same with limits for {@link #reach} and {@link #envelopes}. */
    static KeyRing open(Path path, Kms kms, String tenant, Clock clock, KmsSettings settings) {
        KeyRing ring = new KeyRing(path, kms, tenant, clock, settings);
        ring.refresh();
        return ring;
    }

    /** Opens a ring; makes an empty one where there is none. */
    public static KeyRing openOrCreate(Path path, Kms kms, String tenant, Clock clock) {
        return openOrCreate(path, kms, tenant, clock, ANY);
    }

    /** The same with limits for {@link #reach} and {@link #envelopes}. */
    static KeyRing openOrCreate(Path path, Kms kms, String tenant, Clock clock, KmsSettings settings) {
        KeyRing ring = new KeyRing(path, kms, tenant, clock, settings);
        if (!ring.file.exists()) {
            kms.create(WRAPPING_KEY);
        }
        ring.file.update(before -> before.length > 0 ? before : ring.encode(List.of()));
        ring.refresh();
        return ring;
    }

    /** Whether the KMS was heard of lately: without it keys in memory are used no longer than its limit. */
    public Reach reach() {
        return reach;
    }

    /** The keys of domains that values are encrypted under. */
    public EnvelopeKeys envelopes() {
        return envelopes;
    }

    /** When a key was made; empty where the ring does not know it. */
    synchronized Optional<Instant> created(KeyId id) {
        return Optional.ofNullable(created.get(id));
    }

    /** A number that changes with every key that comes to be known. */
    synchronized int edition() {
        return byId.size();
    }

    /** What the file says of every key, by name and version. */
    public List<ListedKey> list() {
        List<Item> items = decode(file.read());
        Map<String, Integer> newest = new HashMap<>();
        items.forEach(item -> newest.merge(item.name(), item.version(), Math::max));
        return items.stream()
                .sorted(Comparator.comparing(Item::name).thenComparing(Item::version))
                .map(item -> listed(item, newest.getOrDefault(item.name(), 0)))
                .toList();
    }

    private ListedKey listed(Item item, int newest) {
        ListedKey.State state;
        if (isGone(item)) {
            state = ListedKey.State.DESTROYED;
        } else {
            state = item.version() == newest ? ListedKey.State.NEWEST : ListedKey.State.OLDER;
        }
        KeyId id = KeyId.of(tenant, item.name(), item.version());
        return new ListedKey(item.name(), item.version(), id, instant(item), item.kmsKey(), state);
    }

    /**
     * Wraps every key of the ring anew under a fresh KMS key and destroys the one before, so that copies of the old file tell
     * nothing any more. Keys with a KMS key of their own keep it. May be repeated after a failure.
     *
     * @return the receipts of the KMS keys destroyed
     * @throws KeyAccessException with {@code UNKNOWN_KEY} where the ring has no keys yet
     */
    public List<DestroyReceipt> rewrap() {
        int[] present = new int[1]; // another process may be one further already: later keys are not this call's
        file.update(before -> {
            List<Item> items = decode(before);
            String old = ringWide(items);
            if (items.stream().noneMatch(item -> item.kmsKey().equals(old))) {
                throw new KeyAccessException(Code.UNKNOWN_KEY, file.path() + " has no keys to wrap anew");
            }
            String next = WRAPPING_KEY + "-" + (number(old) + 1);
            kms.create(next);
            present[0] = number(next);
            return encode(items.stream()
                    .map(item -> item.kmsKey().equals(old) ? rewrapped(item, next) : item)
                    .toList());
        });
        return kms.keyNames().stream()
                .filter(name -> RING_WIDE.matcher(name).matches() && number(name) < present[0])
                .map(kms::destroy)
                .flatMap(Optional::stream)
                .toList();
    }

    private Item rewrapped(Item item, String kmsKey) {
        SecretBytes secret = unwrap(item);
        try {
            byte[] wrapped = kms.wrap(kmsKey, secret, binding(item.name(), item.version()));
            return new Item(
                    item.name(), item.version(), item.id(), item.created(), kmsKey, text(wrapped), item.untold());
        } finally {
            secret.destroy();
        }
    }

    /** The KMS key that wraps what has none of its own. */
    private static String ringWide(List<Item> items) {
        return items.stream()
                .map(Item::kmsKey)
                .filter(name -> RING_WIDE.matcher(name).matches())
                .max(Comparator.comparingInt(KeyRing::number))
                .orElse(WRAPPING_KEY);
    }

    private static int number(String ringWide) {
        Matcher matcher = RING_WIDE.matcher(ringWide);
        return matcher.matches() && matcher.group(1) != null ? Integer.parseInt(matcher.group(1)) : 1;
    }

    private static String text(byte[] wrapped) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(wrapped);
    }

    /** The newest version of a key; makes version 1 where there is none. */
    public synchronized RingKey getOrCreate(String name) {
        RingKey known = newest(name);
        if (known == null) {
            requireName(name);
            refresh();
            known = newest(name);
        }
        return known != null ? known : add(name, 1, WRAPPING_KEY, null);
    }

    /**
     * That version of a key, whichever is the newest; makes it, and those before it, where there is none yet. Whoever names
     * a version gets the same key before and after every rotation.
     *
     * @param version from 1 to {@link #MAX_NAMED_VERSION}
     * @param held whether a key that does not exist yet is wrapped by a KMS key of its own, and not by the ring's
     */
    public synchronized RingKey version(String name, int version, boolean held) {
        if (version < 1 || version > MAX_NAMED_VERSION) {
            throw new IllegalArgumentException("a version is 1 to " + MAX_NAMED_VERSION);
        }
        RingKey known = ofVersion(name, version);
        if (known == null) {
            requireName(name);
            refresh();
            known = ofVersion(name, version);
        }
        while (known == null) {
            RingKey newest = newest(name);
            String wrapping =
                    held ? WRAPPING_KEY + "." + KeyId.of(tenant, name, 1).hex() : WRAPPING_KEY;
            add(name, newest == null ? 1 : newest.version() + 1, wrapping, null);
            known = ofVersion(name, version);
        }
        return known;
    }

    /** Makes the next version of a key; older ones stay for what they protect. */
    public synchronized RingKey rotate(String name) {
        RingKey present = getOrCreate(name);
        return add(name, present.version() + 1, WRAPPING_KEY, null);
    }

    /**
     * Makes the version after one that is due, unless another process was faster. In the same write of the file it is noted
     * that nobody was told, so that whoever dies next loses nothing.
     *
     * @return the newest version
     */
    synchronized RingKey replace(RingKey due, Rotation.Cause cause) {
        return add(due.name(), due.version() + 1, WRAPPING_KEY, cause);
    }

    /** The versions that were made because others were {@linkplain EnvelopeKeys due}, until they are {@link #told} of. */
    public synchronized List<Rotation> untold() {
        refresh();
        return untold;
    }

    /** Notes that the audit log tells of a version. A second call changes nothing. */
    public void told(Rotation rotation) {
        file.update(before -> {
            List<Item> items = decode(before);
            return items.stream().noneMatch(item -> item.isUntold(rotation))
                    ? before
                    : encode(items.stream()
                            .map(item -> item.isUntold(rotation) ? item.told() : item)
                            .toList());
        });
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
     * @param due why the version before is replaced, where the audit log has yet to be told
     */
    private RingKey add(String name, int version, String wrapping, Rotation.@Nullable Cause due) {
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
                    .orElse(wrapping.equals(WRAPPING_KEY) ? ringWide(items) : wrapping);
            byte[] wrapped = kms.wrap(kmsKey, fresh, binding(name, version));
            fresh.destroy();
            items.add(new Item(
                    name,
                    version,
                    KeyId.of(tenant, name, version).hex(),
                    clock.instant().toString(),
                    kmsKey,
                    text(wrapped),
                    due == null ? null : due.word()));
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
        while (true) {
            try {
                readKeys();
                break;
            } catch (KeyAccessException e) {
                Stamp later = file.stamp();
                if (later == null || later.equals(found)) {
                    throw e;
                }
                found = later; // another process wrapped the keys anew while they were read
            }
        }
        stamp = found;
    }

    private void readKeys() {
        List<Item> items = decode(file.read());
        for (Item item : items) {
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
                created.put(id, instant(item));
            }
        }
        untold = items.stream()
                .filter(item -> item.untold() != null)
                .map(this::rotation)
                .toList();
    }

    private Rotation rotation(Item item) {
        Rotation.Cause cause = Rotation.Cause.ofWord(String.valueOf(item.untold()))
                .orElseThrow(() -> new KeyAccessException(
                        Code.INVALID,
                        "key " + item.name() + " of " + file.path() + " was replaced for no reason that is known"));
        KeyId id = KeyId.of(tenant, item.name(), item.version());
        return new Rotation(item.name(), item.version(), id, instant(item), cause);
    }

    /** Whether a wrapping key of its own was destroyed: that ends what it wrapped, and nothing else. */
    private boolean isGone(Item item) {
        return !RING_WIDE.matcher(item.kmsKey()).matches() && !kms.has(item.kmsKey());
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

    private Instant instant(Item item) {
        try {
            return Instant.parse(item.created());
        } catch (DateTimeParseException e) {
            throw new KeyAccessException(
                    Code.INVALID, "key " + item.name() + " of " + file.path() + " has no time of creation", e);
        }
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
