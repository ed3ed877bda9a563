package io.sluice.jobs.protect;

import io.sluice.core.audit.ReasonCode;
import io.sluice.core.decision.Disposition;
import io.sluice.core.decision.ProtectionPlan;
import io.sluice.core.decision.RecipientDecision;
import io.sluice.core.event.SubjectRef;
import io.sluice.protection.keys.EnvelopeKeys;
import io.sluice.protection.keys.KeyRing;
import io.sluice.protection.keytree.SubjectUse;
import io.sluice.protection.text.TextDropped;
import io.sluice.protection.text.TextMasker;
import io.sluice.protection.transform.CompiledPlan;
import io.sluice.protection.transform.PlanRefusedException;
import io.sluice.protection.transform.Protector;
import io.sluice.protection.transform.Pseudonyms;
import io.sluice.protection.transform.RecordContext;
import io.sluice.protection.transform.SubjectFieldKey;
import io.sluice.protection.transform.View;
import io.sluice.protection.transform.ViewLimits;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries plans out with the room that may see keys, and keeps the compiled ones by digest; one that does not compile fails
 * every view that it is asked for. Confined to the task thread.
 */
final class PlanViews implements ViewMaker {
    private static final Logger LOG = LoggerFactory.getLogger(PlanViews.class);
    private static final TextMasker CLOSED = TextMasker.closed(TextDropped.SUBJECT_UNKNOWN);
    /** Most plans that are kept compiled. */
    private static final int MAX_COMPILED = 1_024;
    /** After which a plan that was refused is tried again: its key may have been out of reach. */
    private static final long RETRY_NANOS = Duration.ofSeconds(10).toNanos();

    private final Protector protector;
    private final RecordTexts recordTexts;
    private final SubjectCodes codes;
    private final SubjectKeyring keyring;
    private final EnvelopeKeys envelopes;
    private int edition;
    private long triedNanos = System.nanoTime();
    private TextMasker texts = CLOSED;
    private Pseudonyms pseudonyms = Pseudonyms.NONE;
    private @Nullable SubjectSecrets secrets;
    /** Whether the record needs keys of its subject that are not to be had. */
    private boolean unheld;

    private final Map<String, Optional<CompiledPlan>> compiled = new Recent<>(MAX_COMPILED);

    PlanViews(String tenant, KeyRing fieldKeys, SubjectKeyring keyring, int maxViewBytes, boolean fpe) {
        ViewLimits limits = ViewLimits.DEFAULT;
        SecureRandom random = new SecureRandom();
        this.protector = new Protector(
                tenant,
                fieldKeys,
                random,
                new ViewLimits(maxViewBytes, limits.maxPayloadBytes(), limits.maxValues(), limits.maxElementBytes()),
                fpe);
        this.keyring = keyring;
        this.envelopes = fieldKeys.envelopes();
        this.codes = new SubjectCodes(tenant, random);
        this.recordTexts = new RecordTexts(protector, tenant, random);
    }

    @Override
    public boolean hold(DecidedRecord record) throws InterruptedException {
        SubjectRef subject = record.opened().tags().subjectRef();
        Set<SubjectUse> uses = uses(record);
        if (subject == null || uses.isEmpty()) {
            return true;
        }
        unheld = true; // also where the look for them fails
        secrets = keyring.hold(subject, uses).orElse(null);
        unheld = secrets == null;
        return !unheld;
    }

    private Set<SubjectUse> uses(DecidedRecord record) {
        Set<SubjectUse> uses = EnumSet.noneOf(SubjectUse.class);
        if (record.policy().looksInside()) {
            uses.add(SubjectUse.IDENTIFIERS);
        }
        for (RecipientDecision decision : record.decision().recipients().values()) {
            if (decision.disposition() == Disposition.RELEASE
                    && record.opened().open().includes(decision.recipient())) {
                uses.addAll(uses(decision));
            }
        }
        return uses;
    }

    private Set<SubjectUse> uses(RecipientDecision decision) {
        try {
            return ready(decision).map(CompiledPlan::subjectUses).orElse(Set.of());
        } catch (RuntimeException e) {
            return Set.of(); // making the view meets it again, and answers for it
        }
    }

    @Override
    public boolean read(OpenedRecord record, SubjectMemory memory) {
        SubjectRef subject = record.tags().subjectRef();
        pseudonyms = subject == null || secrets == null
                ? Pseudonyms.NONE
                : codes.of(subject, memory.codes(), secrets.codes());
        useNewestKeys();
        return protector.read(record.event().data());
    }

    @Override
    public void identify(DecidedRecord record, SubjectMemory memory) throws IOException {
        try {
            texts = recordTexts.masker(record, memory, secrets == null ? null : secrets.identifiers());
        } catch (PlanRefusedException | RuntimeException e) {
            LOG.atWarn()
                    .addKeyValue(
                            "position",
                            record.opened()
                                    .sealed()
                                    .position()
                                    .entryId(record.opened().sealed().attempt()))
                    .addKeyValue("fault", e.getClass().getName())
                    .log("It cannot be found out whom a record is about; its texts stay closed");
            texts = TextMasker.closed(TextDropped.IDENTIFIERS_UNREADABLE); // fail closed (P1): no text goes out
        }
    }

    @Override
    public Made make(OpenedRecord record, RecipientDecision decision, String releasedId) {
        if (decision.plan() == null || decision.planDigest() == null) {
            return new Made.Failed(ReasonCode.DECISION_INVALID);
        }
        Optional<CompiledPlan> ready = ready(decision);
        if (ready.isEmpty()) {
            return new Made.Failed(ReasonCode.TRANSFORM_FAILED);
        }
        if (unheld && !ready.get().subjectUses().isEmpty()) {
            return new Made.Failed(ReasonCode.SUBJECT_KEY_UNAVAILABLE);
        }
        LocalDate day = LocalDate.ofInstant(record.tags().received(), ZoneOffset.UTC);
        View view = protector.protect(
                ready.get(),
                new RecordContext(day, record.tags().subjectRef(), releasedId, texts, pseudonyms, fieldKey()));
        if (view instanceof View.Protected used) {
            envelopes.used(used.keys());
        }
        return view instanceof View.Protected done
                ? new Made.View(done.bytes(), done.patternCounts(), done.undeclared(), done.keys(), done.findings())
                : new Made.Failed(((View.Failed) view).code());
    }

    @Override
    public void forget() {
        texts = CLOSED;
        pseudonyms = Pseudonyms.NONE;
        if (secrets != null) {
            secrets.wipe().run();
            secrets = null;
        }
        unheld = false;
        protector.clear();
    }

    private @Nullable SubjectFieldKey fieldKey() {
        return secrets == null ? null : secrets.field();
    }

    /** The plan, ready to be carried out; empty where there is none or it does not compile. */
    private Optional<CompiledPlan> ready(RecipientDecision decision) {
        ProtectionPlan plan = decision.plan();
        String digest = decision.planDigest();
        return plan == null || digest == null
                ? Optional.empty()
                : compiled.computeIfAbsent(digest, d -> compile(plan, d));
    }

    /** Plans hold keys: after a rotation they are compiled anew, and one that was refused gets another try. */
    private void useNewestKeys() {
        int now = envelopes.edition();
        if (now != edition) {
            compiled.clear();
            edition = now;
        }
        if (System.nanoTime() - triedNanos > RETRY_NANOS) {
            compiled.values().removeIf(Optional::isEmpty);
            triedNanos = System.nanoTime();
        }
    }

    private Optional<CompiledPlan> compile(ProtectionPlan plan, String digest) {
        try {
            return Optional.of(protector.compile(plan));
        } catch (PlanRefusedException e) {
            LOG.atWarn()
                    .addKeyValue("plan", digest)
                    .addKeyValue("recipient", plan.recipient())
                    .addKeyValue("reason", e.getMessage())
                    .log("A plan cannot be carried out; its views go to quarantine");
            return Optional.empty();
        }
    }
}
