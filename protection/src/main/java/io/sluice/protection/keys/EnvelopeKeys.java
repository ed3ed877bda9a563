package io.sluice.protection.keys;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of domains that values are encrypted under: counts their use, and makes the next version of one that is too old
 * or was used too often; the ring notes it until the audit log says so ({@link KeyRing#untold}). Safe for several threads;
 * uses are those of this process since it opened the ring.
 */
public final class EnvelopeKeys {
    private static final Logger LOG = LoggerFactory.getLogger(EnvelopeKeys.class);
    private static final String FAMILY = "encrypt.";
    private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();

    private final KeyRing ring;
    private final EnvelopeLimits limits;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final Map<String, LongAdder> uses = new ConcurrentHashMap<>();
    private final AtomicLong lookedNanos;
    /** Ids of the keys whose uses count; subjects' keys do not. */
    private volatile Set<String> counted = Set.of();
    /** The newest version of each domain's key, as of the last look. */
    private volatile List<RingKey> newest = List.of();

    EnvelopeKeys(KeyRing ring, EnvelopeLimits limits, Clock clock, LongSupplier nanoTime) {
        this.ring = ring;
        this.limits = limits;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.lookedNanos = new AtomicLong(nanoTime.getAsLong() - LOOK_NANOS);
    }

    /**
     * Counts a view that was made with these keys.
     *
     * @param keyIds their ids in hex, as entries cite them; those of other keys are passed over, and so is a key's first second
     */
    public void used(Collection<String> keyIds) {
        for (String key : keyIds) {
            if (!counted.contains(key)) {
                continue;
            }
            uses.computeIfAbsent(key, id -> new LongAdder()).increment();
        }
    }

    /** The age of the oldest key that encrypts now; zero where there is none. */
    public Duration oldestAge() {
        Instant now = clock.instant();
        return newest.stream()
                .map(key -> age(key, now))
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    /** The most views that were made with one key that encrypts now. */
    public long mostUses() {
        return newest.stream().mapToLong(key -> uses(key.id())).max().orElse(0);
    }

    /** How many views were made with a key. */
    long uses(KeyId key) {
        LongAdder count = uses.get(key.hex());
        return count == null ? 0 : count.sum();
    }

    /**
     * A number that changes whenever the ring has got a key, also by another process: whoever holds keys of the ring looks
     * them up anew then. Once a second it looks at the ring's file and rotates what is due; else it costs next to nothing.
     */
    public int edition() {
        long now = nanoTime.getAsLong();
        long looked = lookedNanos.get();
        if (now - looked >= LOOK_NANOS && lookedNanos.compareAndSet(looked, now)) {
            try {
                List<RingKey> keys = ring.all().stream()
                        .filter(key -> key.name().startsWith(FAMILY))
                        .toList();
                newest = keys.stream()
                        .collect(Collectors.toMap(RingKey::name, key -> key, (older, newer) -> newer))
                        .values()
                        .stream()
                        .map(this::rotatedIfDue)
                        .toList();
                counted = Stream.concat(keys.stream(), newest.stream())
                        .map(key -> key.id().hex())
                        .collect(Collectors.toUnmodifiableSet());
            } catch (KeyAccessException e) {
                LOG.warn("the key ring cannot be looked at; its keys at hand stay in use code={}", e.code(), e);
            }
        }
        return ring.edition();
    }

    private RingKey rotatedIfDue(RingKey key) {
        Duration age = age(key, clock.instant());
        boolean old = age.compareTo(limits.maxAge()) > 0;
        if (!old && uses(key.id()) < limits.maxUses()) {
            return key;
        }
        RingKey next = ring.replace(key, old ? Rotation.Cause.AGE : Rotation.Cause.USES);
        LOG.info(
                "key rotated key={} version={} ageDays={} uses={}",
                next.name(),
                next.version(),
                age.toDays(),
                uses(key.id()));
        return next;
    }

    private Duration age(RingKey key, Instant now) {
        return Duration.between(ring.created(key.id()).orElse(Instant.EPOCH), now);
    }
}
