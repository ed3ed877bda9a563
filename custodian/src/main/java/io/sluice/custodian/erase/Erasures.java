package io.sluice.custodian.erase;

import static java.util.Objects.requireNonNull;

import io.sluice.core.audit.ActEntry;
import io.sluice.core.audit.AuditEntry;
import io.sluice.core.audit.LegalHold;
import io.sluice.core.audit.SubjectErasure;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.Sha256;
import io.sluice.core.encoding.StrictJson;
import io.sluice.core.event.SubjectRef;
import io.sluice.custodian.Destroyed;
import io.sluice.custodian.Punctured;
import io.sluice.protection.keys.CustodianKey;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries erasures out, a batch at a time: order, puncture, wait until every lease is over, destroy, certify. What a step did and
 * the entries that say so are one {@link Ledger#commit}; a step that was not committed is done again, which the trees allow. So
 * whoever dies in between opens a new one over the ledger and goes on.
 *
 * <p>Confined to one thread.
 */
public final class Erasures {
    /** Most erasures of a batch: one revision of the trees, one transaction for each step. */
    public static final int MAX_BATCH = 500;

    static final String WRITER = "custodian";
    /** The key of the ledger's record of how far {@code subject.choices} was read. */
    static final String POSITION_KEY = "erasure-position";

    private final String tenant;
    private final Ledger ledger;
    private final Trees trees;
    private final CustodianKey key;
    private final PeriodKeys periods;
    private final Supplier<Function<SubjectRef, Optional<LegalHold>>> holds;
    private final Clock clock;

    /** Those that are not done, by the id of the choice's entry, in the order in which they came. */
    private final Map<String, ErasureCase> cases = new LinkedHashMap<>();

    /** Ids of the choices' entries of those that are done. */
    private final Set<String> done = new HashSet<>();

    /** By partition the next offset of {@code subject.choices}. */
    private final Map<Integer, Long> positions = new TreeMap<>();

    private byte @Nullable [] periodRecord;

    /**
     * Opens them as the ledger has them.
     *
     * @param holds tells, as of the moment of asking, of the legal hold of a subject
     */
    Erasures(
            String tenant,
            Ledger ledger,
            Trees trees,
            CustodianKey key,
            PeriodKeys periods,
            Supplier<Function<SubjectRef, Optional<LegalHold>>> holds,
            Clock clock) {
        this.tenant = tenant;
        this.ledger = ledger;
        this.trees = trees;
        this.key = key;
        this.periods = periods;
        this.holds = holds;
        this.clock = clock;
        ledger.read(this::restore);
    }

    private void restore(String recordKey, byte[] value) {
        if (ErasureCase.isRecordKey(recordKey)) {
            keep(ErasureCase.of(value, tenant));
        } else if (recordKey.equals(POSITION_KEY)) {
            try {
                StrictJson.read(value)
                        .properties()
                        .forEach(one -> positions.put(
                                Integer.valueOf(one.getKey()), one.getValue().asLong()));
            } catch (MalformedJsonException e) {
                throw new IllegalArgumentException(POSITION_KEY + " on the control topic is no JSON", e);
            }
        } else if (recordKey.equals(PeriodKeys.RECORD_KEY)) {
            periodRecord = value;
        }
    }

    /** Where to go on reading a partition of {@code subject.choices}. */
    long position(int partition) {
        return positions.getOrDefault(partition, 0L);
    }

    /** A record of {@code subject.choices}. */
    record ChoicesRecord(int partition, long offset, String key, byte[] value) {}

    /**
     * Takes up what was read of {@code subject.choices}.
     *
     * @throws IllegalArgumentException where a value is of no form that this version knows: an erasure could be in it
     */
    void take(Collection<ChoicesRecord> records) {
        Instant now = clock.instant();
        Map<String, byte[]> changed = new TreeMap<>();
        for (ChoicesRecord record : records) {
            positions.put(record.partition(), record.offset() + 1);
            Optional<SubjectErasure> erasure = SubjectErasure.ofChoices(record.value());
            if (erasure.isPresent() && !isKnown(erasure.get().entry())) {
                ErasureCase fresh = ErasureCase.received(new SubjectRef(record.key()), erasure.get(), now);
                put(fresh, changed);
            }
        }
        if (!changed.isEmpty()) {
            Map<String, Object> json = new TreeMap<>();
            positions.forEach((partition, next) -> json.put(Integer.toString(partition), next));
            changed.put(POSITION_KEY, CanonicalJson.bytes(json));
            ledger.commit(changed, List.of());
        }
    }

    /** Does what is due. @return whether there may be more to do at once */
    boolean step() {
        Instant now = clock.instant();
        periodRecord = periods.destroyDue(periodRecord, tenant, now, ledger);
        List<ErasureCase> batch = in(ErasureState::isUnderWay);
        if (batch.isEmpty()) {
            return order(now);
        }
        return switch (batch.get(0).state()) {
            case ORDERED -> puncture(batch);
            case PUNCTURED -> destroy(batch, now);
            default -> certify(batch, now);
        };
    }

    private boolean order(Instant now) {
        List<ErasureCase> allWaiting = in(ErasureState::isWaiting);
        if (allWaiting.isEmpty()) {
            return false;
        }
        List<ErasureCase> ready = new ArrayList<>();
        Step step = new Step(now);
        Function<SubjectRef, Optional<LegalHold>> standing = holds.get();
        for (ErasureCase waiting : allWaiting) {
            Optional<LegalHold> hold = standing.apply(waiting.subject());
            if (hold.isEmpty()) {
                ready.add(waiting);
            } else if (!hold.get().equals(waiting.hold())) {
                ErasureCase held = waiting.held(hold.get(), now);
                step.add(
                        held,
                        ActEntry.Code.ERASURE_HELD,
                        Map.of("hold", hold.get().toJson()));
            }
        }
        ready.sort(Comparator.comparing(one -> one.choice().received()));
        for (ErasureCase next : ready.subList(0, Math.min(MAX_BATCH, ready.size()))) {
            ErasureCase ordered = next.ordered(trees.order(next.subject()), now);
            step.add(
                    ordered,
                    ActEntry.Code.ERASURE_ORDERED,
                    Map.of("generations", StepJson.of(requireNonNull(ordered.order()))));
        }
        return step.commit() && !ready.isEmpty();
    }

    private boolean puncture(List<ErasureCase> batch) {
        List<Punctured> punctured = trees.puncture(
                batch.stream().map(one -> requireNonNull(one.order())).toList());
        Step step = new Step(clock.instant());
        for (ErasureCase one : batch) {
            step.add(
                    one.punctured(punctured, step.at),
                    ActEntry.Code.ERASURE_PUNCTURED,
                    Map.of("trees", punctured.stream().map(StepJson::of).toList()));
        }
        step.commit();
        return false; // the leases
    }

    private boolean destroy(List<ErasureCase> batch, Instant now) {
        List<Punctured> punctured = batch.get(0).punctured();
        if (punctured.stream().anyMatch(tree -> now.isBefore(tree.liveKeysGoneAt()))) {
            return false;
        }
        List<Destroyed> destroyed = punctured.stream().map(trees::destroy).toList();
        Step step = new Step(clock.instant());
        for (ErasureCase one : batch) {
            step.add(
                    one.destroyed(destroyed, step.at),
                    ActEntry.Code.ERASURE_KEYS_DESTROYED,
                    Map.of("trees", destroyed.stream().map(StepJson::of).toList()));
        }
        return step.commit();
    }

    private boolean certify(List<ErasureCase> batch, Instant now) {
        Step step = new Step(now);
        List<Map<String, Object>> living = periods.living();
        for (ErasureCase one : batch) {
            Map<String, Object> certificate = ErasureCertificate.of(one, tenant, living, periods.todaysEnd(now), now);
            byte[] published = ErasureCertificate.sign(certificate, key);
            step.records.put(ErasureCertificate.recordKey(one.choice().entry()), published);
            step.add(
                    one.erased(now),
                    ActEntry.Code.SUBJECT_ERASED,
                    Map.of("certificate", certificate, "certificateSha256", Sha256.hex(published)));
        }
        return step.commit();
    }

    private List<ErasureCase> in(java.util.function.Predicate<ErasureState> states) {
        return new ArrayList<>(
                cases.values().stream().filter(one -> states.test(one.state())).toList());
    }

    private boolean isKnown(String entry) {
        return cases.containsKey(entry) || done.contains(entry);
    }

    private void keep(ErasureCase one) {
        if (one.state() == ErasureState.ERASED) {
            cases.remove(one.choice().entry());
            done.add(one.choice().entry());
        } else {
            cases.put(one.choice().entry(), one);
        }
    }

    private void put(ErasureCase one, Map<String, byte[]> records) {
        keep(one);
        records.put(ErasureCase.recordKey(one.choice().entry()), one.toBytes());
    }

    /** What one step changes: all of it or nothing. */
    private final class Step {
        private final Instant at;
        private final Map<String, byte[]> records = new TreeMap<>();
        private final List<AuditEntry> entries = new ArrayList<>();

        Step(Instant at) {
            this.at = at;
        }

        void add(ErasureCase changed, ActEntry.Code code, Map<String, Object> detail) {
            put(changed, records);
            AuditEntry entry = entry(changed, code, detail);
            entries.add(entry.fits() ? entry : entry(changed, code, without(detail)));
        }

        private AuditEntry entry(ErasureCase changed, ActEntry.Code code, Map<String, Object> detail) {
            Map<String, Object> all = new TreeMap<>(detail);
            all.put("subject", changed.subject().value());
            all.put("choice", changed.choice().entry());
            return ActEntry.of(code, tenant, WRITER, WRITER, at, all);
        }

        /** A certificate of very many recipients stands on the control topic alone; its digest stands in the log. */
        private Map<String, Object> without(Map<String, Object> detail) {
            Map<String, Object> less = new TreeMap<>(detail);
            less.remove("certificate");
            return less;
        }

        boolean commit() {
            if (!records.isEmpty()) {
                ledger.commit(records, entries);
            }
            return !records.isEmpty();
        }
    }
}
