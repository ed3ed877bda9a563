package io.sluice.policies.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sluice.core.decision.Activation;
import io.sluice.core.encoding.Sha256;
import io.sluice.policies.approve.Approvals;
import io.sluice.policies.approve.SignedActivation;
import io.sluice.policies.evaluate.HistoryEntry.State;
import io.sluice.policies.verify.BundleRefusedException;
import io.sluice.policies.verify.BundleRefusedException.Code;
import io.sluice.policies.verify.InForce;
import io.sluice.policies.verify.TrustRoot;
import io.sluice.policies.verify.VerifiedBundle;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a room knows of {@code policy.bundles}: activations by number, each with its verified bundle. Only what verifies is
 * accepted, in ascending order of number and revision; what was accepted stays, so the last good one goes on deciding
 * (promise P9). The outcome depends on the records, not on when they are read: an activation whose bundle or approvals are
 * still missing waits for them.
 *
 * <p>Thread-safe. {@link #accept} makes the engine of a new activation and may take a second or two; it runs off the record
 * path. {@link #activation} makes one only for an old activation that is asked for again.
 */
public final class PolicyStore {
    /** Most records that are held; beyond it new ones are refused. */
    public static final int MAX_RECORDS = 16_384;

    /** Most revisions whose engines are held ready. */
    public static final int MAX_READY = 6;

    private static final Logger LOG = LoggerFactory.getLogger(PolicyStore.class);

    private final Function<VerifiedBundle, PolicyEngine> engines;
    private final Consumer<BundleRefusedException> onRefused;
    private final Map<String, byte[]> bundles = new HashMap<>(); // guarded by this, as all maps here
    private final Map<String, byte[]> approvals = new HashMap<>();
    private final NavigableMap<Long, SignedActivation> waiting = new TreeMap<>();
    private final NavigableMap<Long, Accepted> accepted = new TreeMap<>();
    private final NavigableMap<Long, Refused> refused = new TreeMap<>();
    private final ActivationJudge judge;
    private final Cache<String, ActivePolicy> ready = // by digest: several activations may name one bundle
            Caffeine.newBuilder().maximumSize(MAX_READY).executor(Runnable::run).build();

    private final AtomicLong floorCount = new AtomicLong();
    private long highest; // number under which anything stands, or that is kept for the return of a canary
    private volatile long newestFloor;

    private record Refused(SignedActivation signed, BundleRefusedException reason) {}

    /**
     * @param root what the room pins
     * @param engines makes the engine of a revision
     * @param onRefused told of everything that is not accepted, to count it and to write the act entry
     */
    public PolicyStore(
            TrustRoot root,
            Function<VerifiedBundle, PolicyEngine> engines,
            Consumer<BundleRefusedException> onRefused) {
        this.judge = new ActivationJudge(root, accepted);
        this.engines = engines;
        this.onRefused = onRefused;
    }

    /** A store that evaluates in process and logs what it refuses. */
    public static PolicyStore inProcess(TrustRoot root, int instances) {
        return logging(root, bundle -> WasmEngine.of(bundle, instances));
    }

    /** A store that logs what it refuses. */
    public static PolicyStore logging(TrustRoot root, Function<VerifiedBundle, PolicyEngine> engines) {
        return new PolicyStore(
                root,
                engines,
                refused -> LOG.warn(
                        "policy refused code={} reason={}", refused.code().code(), refused.getMessage()));
    }

    /**
     * A store that judges and decides nothing, for those who only ask what stands in the topic: it makes no engines, so it
     * does not find out that a module does not load.
     *
     * @param onRefused told of everything that is not accepted
     */
    public static PolicyStore recordsOnly(TrustRoot root, Consumer<BundleRefusedException> onRefused) {
        return new PolicyStore(root, bundle -> new NoEngine(), onRefused);
    }

    /**
     * Takes a record of {@code policy.bundles}; unknown keys and tombstones are ignored.
     *
     * @return whether an activation was accepted
     */
    public synchronized boolean accept(PolicyRecord record) {
        byte[] value = record.value();
        String key = record.key();
        highest = Math.max(highest, PolicyKeys.number(key));
        if (value == null || size() >= MAX_RECORDS) {
            return false;
        }
        if (key.startsWith(PolicyKeys.BUNDLE)) {
            bundles.putIfAbsent(key.substring(PolicyKeys.BUNDLE.length()), value);
        } else if (key.startsWith(PolicyKeys.APPROVALS)) {
            approvals.put(key.substring(PolicyKeys.APPROVALS.length()), value);
        } else if (key.startsWith(PolicyKeys.ACTIVATION)) {
            await(key, value);
        }
        return settle();
    }

    private int size() {
        return bundles.size() + approvals.size() + waiting.size() + accepted.size() + refused.size();
    }

    /** Reads a feed until everything that stands in it has been taken, or the time is over; true where it has. */
    public boolean readToEnd(PolicyFeed feed, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        do {
            feed.poll(Duration.ofMillis(100)).forEach(this::accept);
            if (feed.atEnd()) {
                feed.poll(Duration.ZERO).forEach(this::accept);
                return true;
            }
        } while (System.nanoTime() < deadline);
        return false;
    }

    private void await(String key, byte[] value) {
        try {
            SignedActivation signed = SignedActivation.of(value);
            long number = signed.activation().number();
            if (!key.equals(PolicyKeys.activation(number))) {
                throw new IllegalArgumentException("An activation stands under the key of another");
            }
            highest = Math.max(
                    highest, signed.activation().back().map(Activation::number).orElse(0L));
            if (!accepted.containsKey(number)) {
                waiting.put(number, signed);
            }
        } catch (IllegalArgumentException e) {
            onRefused.accept(new BundleRefusedException(Code.ACTIVATION, String.valueOf(e.getMessage())));
        }
    }

    private boolean settle() {
        boolean any = false;
        for (Long number : waiting.keySet().toArray(new Long[0])) {
            any |= settle(waiting.get(number));
        }
        return any;
    }

    /** Accepts or refuses one activation; leaves it waiting while its bundle, its approvals or its canary are missing. */
    private boolean settle(@Nullable SignedActivation signed) {
        if (signed == null) {
            return false;
        }
        long number = signed.activation().number();
        Standing standing = new Standing(bundles, approvals);
        if (!standing.hasAll(signed.activation())
                || judge.awaits(signed.activation()) && !refused.containsKey(number - 1)
                || mayBeKept(number)) {
            return false;
        }
        try {
            Accepted judged = judge.judge(signed, standing);
            for (VerifiedBundle bundle : judged.named().all()) {
                policy(signed.activation(), bundle); // a module that does not load is refused
            }
            accepted.put(number, judged);
            refused.remove(number);
            if (signed.activation().isFloor()) {
                newestFloor = Math.max(newestFloor, number);
                floorCount.incrementAndGet();
            }
            LOG.info(
                    "policy activated activation={} revision={}",
                    number,
                    judged.bundle().revision());
            return true;
        } catch (BundleRefusedException e) {
            refuse(signed, e);
        } catch (PolicyEvaluationException e) {
            refuse(signed, new BundleRefusedException(Code.CONTENT, String.valueOf(e.getMessage())));
        } finally {
            waiting.remove(number);
        }
        return false;
    }

    /** Whether the number is kept for a return if the activation before it, which is not judged yet, is accepted. */
    private boolean mayBeKept(long number) {
        SignedActivation before = waiting.get(number - 1);
        return before != null && before.comingBack().isPresent();
    }

    private void refuse(SignedActivation signed, BundleRefusedException reason) {
        refused.put(signed.activation().number(), new Refused(signed, reason));
        onRefused.accept(reason);
    }

    /** The archive of a bundle that stands in the topic, by its digest; whether it verifies, the history tells. */
    public synchronized Optional<byte[]> archive(String digest) {
        return Optional.ofNullable(bundles.get(digest))
                .filter(bytes -> Sha256.hex(bytes).equals(digest));
    }

    /** The approvals over a bundle that stand in the topic; empty where none do, or nothing that can be read as such. */
    public synchronized Optional<Approvals> approvals(String digest) {
        byte[] standing = approvals.get(digest);
        if (standing == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Approvals.of(standing))
                    .filter(read -> read.bundle().equals(digest));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // no activation is accepted by such
        }
    }

    /** The activation of that number: what a record was stamped with, whether or not its time is over. */
    public synchronized Optional<ActivePolicy> activation(long number) {
        return named(number, NamedBundles::active);
    }

    /** The canary of that activation: what decides the records of its share. Empty where it has none. */
    public synchronized Optional<ActivePolicy> canary(long number) {
        return named(number, NamedBundles::canary);
    }

    /**
     * The shadow of that activation. Its bundle is signed by a trusted key and nothing more is known of it: it may be asked,
     * and nothing may be released for its sake. Empty where it has none.
     */
    public synchronized Optional<ActivePolicy> shadow(long number) {
        return named(number, NamedBundles::shadow);
    }

    /** The bundle that runs as a shadow now: signed by a trusted key, and nothing more is known of it. Empty where none does. */
    public synchronized Optional<VerifiedBundle> shadow() {
        return accepted.isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(accepted.lastEntry().getValue().named().shadow());
    }

    /** The newest activation that is a floor; 0 where none is. Takes no lock. */
    public long newestFloor() {
        return newestFloor;
    }

    /** How many floors are accepted. It rises with each, also with one that comes late and is not the newest. Takes no lock. */
    public long floorCount() {
        return floorCount.get();
    }

    /** The floors under records stamped with an activation, the newest first: those that came after it. */
    public synchronized List<ActivePolicy> floorsAfter(long number) {
        return accepted.tailMap(number, false).descendingMap().values().stream()
                .filter(entry -> entry.signed().activation().isFloor())
                .map(entry -> policy(entry.signed().activation(), entry.bundle()))
                .toList();
    }

    /** Every revision that decided, canaries among them, newest first. */
    public synchronized List<VerifiedBundle> decided() {
        return accepted.descendingMap().values().stream()
                .flatMap(entry -> entry.named().deciding().stream())
                .distinct()
                .toList();
    }

    private Optional<ActivePolicy> named(long number, Function<NamedBundles, @Nullable VerifiedBundle> which) {
        Accepted known = accepted.get(number);
        VerifiedBundle bundle = known == null ? null : which.apply(known.named());
        return known == null || bundle == null
                ? Optional.empty()
                : Optional.of(policy(known.signed().activation(), bundle));
    }

    private ActivePolicy policy(Activation activation, VerifiedBundle bundle) {
        ActivePolicy made = ready.getIfPresent(bundle.digest());
        if (made == null) {
            made = new ActivePolicy(activation, bundle, engines.apply(bundle));
            ready.put(bundle.digest(), made);
        }
        return made.under(activation);
    }

    /** The newest activation, whether or not its time has come or is over. */
    public synchronized Optional<ActivePolicy> newest() {
        return accepted.isEmpty() ? Optional.empty() : activation(accepted.lastKey());
    }

    /** What records are stamped with now: the newest whose time has come, if it is not over; else nothing is accepted. */
    public synchronized Optional<ActivePolicy> inForce(Instant now) {
        return newestBegun(now)
                .filter(entry -> entry.bundle().metadata().inForce(now))
                .flatMap(entry -> activation(entry.signed().activation().number()));
    }

    /**
     * Whether a record could be stamped with an activation at a time, for all that stands in the topic so far: its own time
     * was not over and none after it had begun for longer than {@code slack}, by which clocks may differ too. When a canary
     * returned is not told by what was signed, so its activation goes on being good for it: it closes more, if anything.
     */
    public synchronized boolean wasCurrent(long number, Instant at, Duration slack) {
        Accepted known = accepted.get(number);
        Instant late = at.minus(slack);
        return known != null
                && (known.bundle().metadata().inForce(at)
                        || known.bundle().metadata().inForce(at.plus(slack)))
                && accepted.tailMap(number, false).values().stream()
                        .filter(later -> later.signed().activation().returned().isEmpty())
                        .noneMatch(later -> !later.signed()
                                        .activation()
                                        .issued()
                                        .isAfter(late)
                                && !later.bundle().metadata().notBefore().isAfter(late));
    }

    private Optional<Accepted> newestBegun(Instant now) {
        return accepted.descendingMap().values().stream()
                .filter(entry -> !now.isBefore(entry.bundle().metadata().notBefore()))
                .findFirst();
    }

    /** What the next revision has to be newer than, and who approves it. */
    public synchronized InForce following() {
        return judge.inForceBefore(Long.MAX_VALUE);
    }

    /** The number of the next revision: newer than all that decided, canaries among them. */
    public synchronized long nextRevision() {
        return accepted.values().stream()
                        .flatMap(entry -> entry.named().deciding().stream())
                        .mapToLong(VerifiedBundle::revision)
                        .max()
                        .orElse(0)
                + 1;
    }

    /**
     * The number of the next activation: none under which a record stands in the topic is used again, whether it was
     * accepted, refused or is of a later version and cannot be read; nor one that is kept for the return of a canary.
     */
    public synchronized long nextNumber() {
        return highest + 1;
    }

    /**
     * Judges a new activation as {@link #accept} would, and takes nothing: for those who want to know before they publish.
     * The engine is not made.
     *
     * @param archive the bundle that comes with it: the new active one, the canary or the shadow
     * @param approved approvals over that bundle, in place of those that stand
     * @throws BundleRefusedException saying why it would be refused
     */
    public synchronized NamedBundles judge(SignedActivation signed, byte[] archive, byte[] approved) {
        Map<String, byte[]> archives = new HashMap<>(bundles);
        Map<String, byte[]> over = new HashMap<>(approvals);
        archives.put(Sha256.hex(archive), archive);
        over.put(Sha256.hex(archive), approved);
        return judge(signed, new Standing(archives, over));
    }

    /** The same of an activation that brings no approvals: those that stand in the topic count. */
    public synchronized NamedBundles judge(SignedActivation signed, byte[] archive) {
        Map<String, byte[]> archives = new HashMap<>(bundles);
        archives.put(Sha256.hex(archive), archive);
        return judge(signed, new Standing(archives, approvals));
    }

    /** The same of an activation that brings no bundle: what it names stands in the topic. */
    public synchronized NamedBundles judge(SignedActivation signed) {
        return judge(signed, new Standing(bundles, approvals));
    }

    private NamedBundles judge(SignedActivation signed, Standing standing) {
        long number = signed.activation().number();
        if (number < nextNumber()) {
            throw new BundleRefusedException(Code.ACTIVATION, "Activation " + number + " stands in the topic already");
        }
        if (!standing.hasAll(signed.activation())) {
            throw new BundleRefusedException(
                    Code.ACTIVATION, "Activation " + number + " names a bundle that does not stand in the topic");
        }
        return judge.judge(signed, standing).named();
    }

    /** Every activation that was taken, by number, each with its state at an instant. */
    public synchronized List<HistoryEntry> history(Instant now) {
        Optional<Accepted> newest = newestBegun(now);
        NavigableMap<Long, HistoryEntry> history = new TreeMap<>();
        for (NavigableMap<Long, ?> numbers : List.of(waiting, refused, accepted)) {
            numbers.keySet().forEach(number -> history.put(number, entry(number, now, newest)));
        }
        return List.copyOf(history.values());
    }

    /** What decides at an instant, and the newest activation in the topic that can be read. */
    public synchronized PolicyStanding standing(Instant now) {
        Optional<Accepted> begun = newestBegun(now);
        long newest = Stream.of(accepted, refused, waiting)
                .filter(numbers -> !numbers.isEmpty())
                .mapToLong(NavigableMap::lastKey)
                .max()
                .orElse(0);
        return new PolicyStanding(
                begun.map(entry -> entry(entry, now, true))
                        .filter(entry -> entry.state() == State.IN_FORCE)
                        .orElse(null),
                newest == 0 ? null : entry((Long) newest, now, begun));
    }

    private HistoryEntry entry(Long number, Instant now, Optional<Accepted> newestBegun) {
        Accepted known = accepted.get(number);
        if (known != null) {
            return entry(known, now, newestBegun.filter(known::equals).isPresent());
        }
        Refused not = refused.get(number);
        return not != null
                ? new HistoryEntry(not.signed(), null, List.of(), not.reason(), State.REFUSED)
                : new HistoryEntry(
                        Objects.requireNonNull(waiting.get(number), "every number is in one of the maps"),
                        null,
                        List.of(),
                        null,
                        State.WAITING);
    }

    private static HistoryEntry entry(Accepted known, Instant now, boolean newest) {
        return new HistoryEntry(
                known.signed(),
                known.bundle(),
                known.approvedBy(),
                null,
                HistoryEntry.accepted(known.bundle(), now, newest));
    }

    /** Stands where nobody asks. */
    private static final class NoEngine implements PolicyEngine {
        @Override
        public Optional<JsonNode> evaluate(Entrypoint entrypoint, byte[] canonicalInput) {
            throw new PolicyEvaluationException("This store decides nothing");
        }

        @Override
        public void close() {}
    }
}
