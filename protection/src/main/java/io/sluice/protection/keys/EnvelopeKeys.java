package io.sluice.protection.keys;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of domains that values are encrypted under: counts their use, and makes the next version of one that is too old
 * or was used too often. Safe for several threads; uses are those of this process since it opened the ring.
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
    /** Rotations that nobody was told of yet. */
    private final Deque<Rotation> untold = new ConcurrentLinkedDeque<>();

    private volatile @Nullable Consumer<Rotation> told;

    /**
     * The next version of a key that was due.
     *
     * @param key the name of both versions
     * @param made the new version
     * @param id the id of the new version
     * @param cause why the one before was due
     */
    public record Rotation(String key, int made, KeyId id, Cause cause) {
        /** The limit that was reached. */
        public enum Cause {
            AGE,
            USES
        }
    }

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

    /**
     * Says who is told of each rotation that is made here, on the thread that asks for the {@link #edition}. Where it throws,
     * it is told again a second later.
     */
    public void tellRotations(Consumer<Rotation> to) {
        told = to;
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
                tell();
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
        RingKey next = ring.rotate(key.name());
        untold.add(
                new Rotation(next.name(), next.version(), next.id(), old ? Rotation.Cause.AGE : Rotation.Cause.USES));
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

    private void tell() {
        Consumer<Rotation> to = told;
        if (to == null) {
            return;
        }
        for (Rotation next = untold.poll(); next != null; next = untold.poll()) {
            try {
                to.accept(next);
            } catch (RuntimeException e) {
                untold.addFirst(next);
                LOG.error("it cannot be told that a key was rotated; trying again key={}", next.key(), e);
                return;
            }
        }
    }
}
