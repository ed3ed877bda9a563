package io.sluice.jobs.protect;

import io.sluice.core.audit.ReasonCode;
import io.sluice.core.audit.RecipientOutcome;
import io.sluice.core.decision.Disposition;
import io.sluice.core.decision.ProtectionPlan;
import io.sluice.core.decision.Reason;
import io.sluice.core.decision.RecipientDecision;
import io.sluice.core.event.Topics;
import io.sluice.core.quarantine.OpenRecipients;
import io.sluice.jobs.kafka.IngressRecord;
import io.sluice.jobs.kafka.KafkaOutput;
import io.sluice.jobs.kafka.TopicDirectory;
import io.sluice.jobs.kafka.TopicFacts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes every recipient's view of a decided record. A recipient's fault stays that recipient's: nothing goes out to it, the
 * others get theirs (P1). Everything is checked here that could make the sink fail, for a sink that fails would fail at the
 * same record again: that the topic exists, and that it takes the size. Confined to the task thread.
 */
final class Protect {
    /** The views, or the fault that every recipient shares. */
    sealed interface Result {
        /** Each recipient has its disposition. */
        record Done(ProtectedRecord record) implements Result {}

        /** A fault of the record itself. */
        record Faulty(ReasonCode reason) implements Result {}
    }

    /** Most recipients whose topic's name is kept. */
    private static final int MAX_NAMES = 1_024;

    /** Why a recipient gets nothing whom the rulebook no longer has. */
    private static final Reason NOT_IN_POLICY = new Reason("recipient-not-in-policy", null);

    private final Topics topics;
    private final Map<String, String> releasedTopics = new Recent<>(MAX_NAMES);
    private final TopicDirectory directory;
    private final ViewMaker viewMaker;
    private final ViewRecord viewRecord;
    private final Plans plans;
    private final KeyedHash hashes;
    private final int maxViewBytes;

    Protect(
            Topics topics,
            TopicDirectory directory,
            ViewMaker viewMaker,
            Plans plans,
            KeyedHash hashes,
            int maxViewBytes) {
        this.topics = topics;
        this.directory = directory;
        this.viewMaker = viewMaker;
        this.plans = plans;
        this.viewRecord = new ViewRecord(topics);
        this.hashes = hashes;
        this.maxViewBytes = maxViewBytes;
    }

    /** @param memory what earlier records said of the record's subject */
    Result protect(DecidedRecord record, SubjectMemory memory) throws IOException, InterruptedException {
        boolean anyRelease = open(record).stream().anyMatch(decision -> decision.disposition() == Disposition.RELEASE);
        boolean looksInside = record.policy().looksInside();
        try {
            boolean held = !(anyRelease || looksInside) || hold(record);
            // What a record says of its subject is looked for in later texts: one that cannot be remembered stays
            // whole.
            if (!held && looksInside) {
                return new Result.Faulty(ReasonCode.SUBJECT_KEY_UNAVAILABLE);
            }
            boolean read = (anyRelease || looksInside) && read(record.opened(), memory);
            if (anyRelease && !read) {
                return new Result.Faulty(ReasonCode.PAYLOAD_INVALID);
            }
            if (looksInside && read) {
                viewMaker.identify(record, memory);
            }
            return views(record);
        } finally {
            viewMaker.forget();
        }
    }

    private Result views(DecidedRecord record) {
        List<RecipientView> views = new ArrayList<>();
        List<RecipientOutcome> outcomes = new ArrayList<>();
        for (RecipientDecision decision : open(record)) {
            RecipientOutcome outcome = outcome(record, decision, views);
            if (outcome.code() == ReasonCode.PAYLOAD_INVALID) {
                return new Result.Faulty(ReasonCode.PAYLOAD_INVALID);
            }
            outcomes.add(outcome);
        }
        if (!record.opened().open().isAll()) {
            outcomes.addAll(noLonger(record));
            outcomes.sort(Comparator.comparing(RecipientOutcome::recipient));
        }
        return new Result.Done(new ProtectedRecord(record, views, outcomes));
    }

    /** What the policy says of those who have no disposition yet; the others got theirs at an earlier attempt. */
    private static Collection<RecipientDecision> open(DecidedRecord record) {
        OpenRecipients open = record.opened().open();
        Collection<RecipientDecision> all = record.decision().recipients().values();
        return open.isAll()
                ? all
                : all.stream()
                        .filter(decision -> open.includes(decision.recipient()))
                        .toList();
    }

    /** Those for whom it was open and whom the policy of a further attempt does not know. */
    private static List<RecipientOutcome> noLonger(DecidedRecord record) {
        return record.opened().open().named().stream()
                .filter(recipient -> !record.decision().recipients().containsKey(recipient))
                .map(recipient -> RecipientOutcome.withheld(recipient, List.of(NOT_IN_POLICY)))
                .toList();
    }

    private RecipientOutcome outcome(DecidedRecord record, RecipientDecision decision, List<RecipientView> views) {
        return switch (decision.disposition()) {
            case WITHHOLD -> RecipientOutcome.withheld(decision.recipient(), decision.reasons());
            case QUARANTINE -> RecipientOutcome.quarantined(decision.recipient(), ReasonCode.DECISION_INVALID);
            case RELEASE -> released(record, decision, views);
        };
    }

    private RecipientOutcome released(DecidedRecord record, RecipientDecision decision, List<RecipientView> views) {
        String recipient = decision.recipient();
        ProtectionPlan plan = decision.plan();
        String digest = decision.planDigest();
        if (plan == null || digest == null || !plan.recipient().equals(recipient)) {
            return RecipientOutcome.quarantined(recipient, ReasonCode.DECISION_INVALID);
        }
        Optional<TopicFacts> topic = directory.facts(releasedTopics.computeIfAbsent(recipient, topics::released));
        if (topic.isEmpty() || !topic.get().writable()) {
            return RecipientOutcome.quarantined(recipient, ReasonCode.TOPIC_MISSING);
        }
        OpenedRecord opened = record.opened();
        IngressRecord sealed = opened.sealed();
        String releasedId = hashes.releasedId(sealed.position().entryId(sealed.attempt()), recipient);
        ViewMaker.Made made = make(opened, decision, releasedId);
        if (made instanceof ViewMaker.Made.Failed failed) {
            return RecipientOutcome.quarantined(recipient, failed.reason());
        }
        ViewMaker.Made.View view = (ViewMaker.Made.View) made;
        KafkaOutput output = viewRecord.of(
                plan,
                digest,
                record.policy().revision(),
                opened.tags(),
                sealed.appendedMs(),
                releasedId,
                view.payload());
        if (view.payload().length > maxViewBytes || !topic.get().takes(output)) {
            return RecipientOutcome.quarantined(recipient, ReasonCode.VIEW_TOO_LARGE);
        }
        KafkaOutput planRecord = plans.unwritten(plan, digest, sealed.appendedMs());
        if (planRecord != null && !plans.fits(planRecord)) {
            return RecipientOutcome.quarantined(recipient, ReasonCode.DECISION_INVALID);
        }
        views.add(new RecipientView(output, plan, digest, planRecord));
        return outcome(decision, releasedId, digest, view);
    }

    private boolean hold(DecidedRecord record) throws InterruptedException {
        try {
            return viewMaker.hold(record);
        } catch (RuntimeException e) {
            Faults.log("keys", record.opened().sealed(), e);
            return false; // fail closed (P1)
        }
    }

    private boolean read(OpenedRecord opened, SubjectMemory memory) {
        try {
            return viewMaker.read(opened, memory);
        } catch (RuntimeException e) {
            Faults.log("read", opened.sealed(), e);
            return false;
        }
    }

    private ViewMaker.Made make(OpenedRecord opened, RecipientDecision decision, String releasedId) {
        try {
            return viewMaker.make(opened, decision, releasedId);
        } catch (RuntimeException e) {
            Faults.log("protect", opened.sealed(), e);
            return new ViewMaker.Made.Failed(ReasonCode.TRANSFORM_FAILED); // fail closed (P1)
        }
    }

    private static RecipientOutcome outcome(
            RecipientDecision decision, String releasedId, @Nullable String digest, ViewMaker.Made.View view) {
        return new RecipientOutcome(
                decision.recipient(),
                decision.disposition(),
                releasedId,
                digest,
                view.patternCounts(),
                view.undeclared(),
                view.keys(),
                view.findings(),
                decision.legal(),
                decision.reasons(),
                null);
    }
}
