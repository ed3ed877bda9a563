package io.sluice.custodian;

import io.sluice.core.event.SubjectRef;
import io.sluice.custodian.CustodianStatus.State;
import io.sluice.protection.keys.CustodianKey;
import io.sluice.protection.keys.DestroyReceipt;
import io.sluice.protection.keys.KeyAccessException;
import io.sluice.protection.keys.Keystore;
import io.sluice.protection.keytree.Announcement;
import io.sluice.protection.keytree.Erasure;
import io.sluice.protection.keytree.KeyTreeException;
import io.sluice.protection.keytree.SignedAnnouncement;
import io.sluice.protection.keytree.TreeFolder;
import io.sluice.protection.keytree.TreeId;
import io.sluice.protection.keytree.TreePublisher;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the key trees of a tenant. On a thread of its own it announces the revisions in force: at once, after each puncture,
 * and as a heartbeat. Kafka or KMS away: it tries again, and the leases that it does not renew end.
 *
 * <p>An erasure has four steps, each of which may be repeated after a crash: {@link #order}, which is written down;
 * {@link #puncture}; to wait until {@link Punctured#liveKeysGoneAt}; {@link #destroy}. One custodian at a time works on a
 * folder of trees; the others' calls say {@code BUSY}. Safe for several threads.
 */
public final class Custodian implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Custodian.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(20);

    private final CustodianConfig config;
    private final CustodianKey key;
    private final ControlTopic topic;
    private final Clock clock;
    private final TreePublisher publisher;
    private final Thread thread;

    /** The highest revision by epoch that the control topic, or this custodian, has named. */
    private final Map<Integer, Long> seen = new ConcurrentHashMap<>();

    /** A permit is a wish to announce before the next heartbeat. */
    private final Semaphore wake = new Semaphore(0);

    private volatile boolean closed;
    private volatile CustodianStatus status = new CustodianStatus(State.STARTING, Optional.empty(), Optional.empty());

    private Custodian(CustodianConfig config, Keystore fields, CustodianKey key, ControlTopic topic, Clock clock) {
        this.config = config;
        this.key = key;
        this.topic = topic;
        this.clock = clock;
        this.publisher =
                new TreePublisher(config.tenant(), fields, new TreeFolder(config.trees()), clock, new SecureRandom());
        this.thread = new Thread(this::run, "custodian");
    }

    /**
     * Starts one.
     *
     * @param fields the {@code fields} keystore
     * @param key signs the announcements; the rooms pin its public half
     * @param topic written and read by it until it is closed; stays the caller's
     */
    public static Custodian start(
            CustodianConfig config, Keystore fields, CustodianKey key, ControlTopic topic, Clock clock) {
        Custodian custodian = new Custodian(config, fields, key, topic, clock);
        custodian.thread.start();
        return custodian;
    }

    /** How it is doing now. */
    public CustodianStatus status() {
        return status;
    }

    /**
     * What an erasure of the subject has to reach now, in every epoch.
     *
     * @throws KeyTreeException where a tree does not open
     */
    public synchronized ErasureOrder order(SubjectRef subject) {
        SortedMap<Integer, Integer> generations = new TreeMap<>();
        for (int epoch : publisher.epochs()) {
            int generation = publisher.generation(epoch, subject, seen(epoch));
            generations.put(epoch, Math.min(generation, Erasure.MAX_GENERATION));
        }
        return new ErasureOrder(subject, generations);
    }

    /**
     * Makes the keys of a batch underivable: one revision of each tree that still derives one of them. Repeated, it says
     * which revision no longer does. The announcement follows at once; whoever does not hear it stops when its lease ends.
     *
     * @return by tree
     * @throws KeyTreeException where a tree does not open or cannot be written; trees before it may be done
     */
    public synchronized List<Punctured> puncture(Collection<ErasureOrder> orders) {
        SortedMap<Integer, List<Erasure>> byEpoch = new TreeMap<>();
        for (ErasureOrder order : orders) {
            order.throughGenerations()
                    .forEach((epoch, generation) -> byEpoch.computeIfAbsent(epoch, any -> new ArrayList<>())
                            .add(new Erasure(order.subject(), generation)));
        }
        List<Punctured> punctured = new ArrayList<>();
        byEpoch.forEach((epoch, erasures) -> {
            Announcement now = publisher.isErased(epoch, erasures, seen(epoch))
                    ? publisher.announce(epoch, seen(epoch))
                    : publisher.erase(epoch, erasures, seen(epoch));
            saw(now);
            Instant at = clock.instant();
            punctured.add(new Punctured(
                    now.tree(),
                    now.revision() - 1,
                    now.previous(),
                    now.revision(),
                    now.manifest(),
                    at,
                    at.plus(config.lease()).plus(config.clockSkew())));
        });
        wake.release();
        return List.copyOf(punctured);
    }

    /**
     * Destroys what opens the revisions before the one in force. When it returns no copy of them gives a key.
     *
     * @throws IllegalStateException before {@link Punctured#liveKeysGoneAt}
     * @throws KeyTreeException where the tree does not open, or KMS or files cannot be written
     */
    public synchronized Destroyed destroy(Punctured punctured) {
        if (clock.instant().isBefore(punctured.liveKeysGoneAt())) {
            throw new IllegalStateException("leases of " + punctured.tree() + " hold until "
                    + punctured.liveKeysGoneAt() + "; what they rest on is destroyed after that");
        }
        int epoch = punctured.tree().epoch();
        List<DestroyReceipt> receipts = publisher.destroyOlder(epoch, Math.max(seen(epoch), punctured.revisionAfter()));
        Instant now = clock.instant();
        Instant last = receipts.stream()
                .map(DestroyReceipt::effective)
                .filter(now::isBefore)
                .max(Comparator.naturalOrder())
                .orElse(now);
        return new Destroyed(punctured.tree(), punctured.revisionAfter(), receipts, last);
    }

    /** Ends the heartbeat, after the announcement that is under way; waits up to 20 seconds for that. */
    @Override
    public void close() {
        closed = true;
        wake.release();
        try {
            thread.join(CLOSE_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        status = new CustodianStatus(State.CLOSED, status.announced(), Optional.empty());
    }

    private void run() {
        boolean opened = false;
        while (!closed) {
            Duration pause = config.heartbeat();
            try {
                if (!opened) {
                    open();
                    opened = true;
                }
                announceAll();
                status = new CustodianStatus(State.RUNNING, Optional.of(clock.instant()), Optional.empty());
            } catch (RuntimeException e) { // a bug too must not end the heartbeat in silence
                if (closed) {
                    return;
                }
                report(e);
                status = new CustodianStatus(
                        State.RETRYING, status.announced(), Optional.of(String.valueOf(e.getMessage())));
                pause = RETRY_AFTER.compareTo(pause) < 0 ? RETRY_AFTER : pause;
            }
            await(pause);
        }
    }

    private static void report(RuntimeException e) {
        boolean mayPass = e instanceof KafkaException
                || e instanceof KeyTreeException
                || e instanceof KeyAccessException
                || e instanceof IllegalStateException;
        if (mayPass) {
            LOG.warn("the key trees were not announced, trying again: {}", e.getMessage());
        } else {
            LOG.error("the key trees were not announced, trying again", e);
        }
    }

    /** Learns what was announced before, so that no folder of yesterday is taken for today's; begins the epoch. */
    private void open() {
        topic.readAll((recordKey, value) -> {
            if (SignedAnnouncement.isRecordKey(recordKey)) {
                noteAnnounced(recordKey, value);
            }
        });
        synchronized (this) {
            if (!publisher.epochs().contains(config.epoch())) {
                requireNewest();
                saw(publisher.create(config.epoch()));
                LOG.info("key tree {} begun", new TreeId(config.tenant(), config.epoch()));
            }
        }
    }

    private void requireNewest() {
        int epoch = config.epoch();
        if (seen.containsKey(epoch)) {
            throw new IllegalStateException("tree " + new TreeId(config.tenant(), epoch) + " was announced, but "
                    + config.trees() + " has no files of it; restore them");
        }
        if (!publisher.epochs().isEmpty() && publisher.epochs().last() > epoch) {
            throw new IllegalStateException("epoch " + epoch + " is to begin, but "
                    + publisher.epochs().last() + " has begun; keys.tree.epoch only grows");
        }
    }

    private void noteAnnounced(String recordKey, byte[] value) {
        try {
            Announcement announced = SignedAnnouncement.verify(value, key.publicKey());
            if (announced.tree().tenant().equals(config.tenant())) {
                saw(announced);
            }
        } catch (KeyTreeException e) {
            LOG.warn("{} on the control topic is not this custodian's: {}", recordKey, e.getMessage());
        }
    }

    /** In the order of revisions: no puncture comes between an announcement's making and its writing. */
    private synchronized void announceAll() {
        for (int epoch : publisher.epochs()) {
            Announcement now = publisher.announce(epoch, seen(epoch));
            saw(now);
            topic.write(SignedAnnouncement.recordKey(now), SignedAnnouncement.sign(now, key));
        }
    }

    private void await(Duration pause) {
        try {
            if (wake.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                wake.drainPermits();
            }
        } catch (InterruptedException e) {
            closed = true; // nobody interrupts it but to end it
        }
    }

    private long seen(int epoch) {
        return seen.getOrDefault(epoch, 0L);
    }

    private void saw(Announcement announcement) {
        seen.merge(announcement.tree().epoch(), announcement.revision(), Math::max);
    }
}
