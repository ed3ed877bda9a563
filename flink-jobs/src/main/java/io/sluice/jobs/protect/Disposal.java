package io.sluice.jobs.protect;

import io.sluice.core.audit.AuditEntry;
import io.sluice.core.audit.NoticeOutcome;
import io.sluice.core.audit.ReasonCode;
import io.sluice.core.audit.RecipientOutcome;
import io.sluice.core.decision.Disposition;
import io.sluice.core.event.Choice;
import io.sluice.core.event.Headers;
import io.sluice.core.event.Topics;
import io.sluice.core.quarantine.OpenRecipients;
import io.sluice.core.rulebook.Dataset;
import io.sluice.jobs.kafka.IngressRecord;
import io.sluice.jobs.kafka.KafkaOutput;
import io.sluice.protection.seal.Header;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Puts together all that leaves of one record: views, notices, the plans they cite, the quarantined record, a standing set of
 * choices, and always exactly one entry, last. The caller emits the list as a whole, which makes it one transaction (P4).
 */
final class Disposal {
    private final Topics topics;
    private final Entries entries;
    private final QuarantineRecord quarantine;
    private final Plans plans;

    Disposal(Topics topics, Entries entries, QuarantineRecord quarantine, Plans plans) {
        this.topics = topics;
        this.entries = entries;
        this.quarantine = quarantine;
        this.plans = plans;
    }

    /** Of a record that does not open. @param requeue of a further attempt what it may do, null for the first */
    List<KafkaOutput> refused(IngressRecord record, ReasonCode reason, @Nullable Requeue requeue) {
        OpenRecipients open = requeue == null ? OpenRecipients.ALL : requeue.open();
        return List.of(
                quarantine.of(record, reason, open), entries.output(record, entries.refused(record, reason, requeue)));
    }

    /** Of a record of {@code events.requeue} that is not attempted: it stays in quarantine, where it is from there. */
    List<KafkaOutput> notAttempted(IngressRecord requeued, RequeueRefusal reason, @Nullable String entryId) {
        return List.of(entries.output(requeued, entries.notAttempted(requeued, reason, entryId)));
    }

    /**
     * Of a verified record with a fault.
     *
     * @param chosen which policy was to decide it; null where that was not found, or not looked for
     */
    List<KafkaOutput> faulty(
            OpenedRecord opened, ReasonCode reason, @Nullable Dataset dataset, Ruling.@Nullable Decides chosen) {
        IngressRecord record = opened.sealed();
        return List.of(
                quarantine.of(record, reason, opened.open()),
                entries.output(record, entries.faulty(opened, reason, dataset, chosen)));
    }

    /** Of a record that was decided, and then had a fault for all. */
    List<KafkaOutput> faulty(DecidedRecord decided, ReasonCode reason) {
        return faulty(
                decided.opened(), reason, decided.dataset(), new Ruling.Decides(decided.policy(), decided.applied()));
    }

    /** Of a copy. */
    List<KafkaOutput> duplicate(OpenedRecord opened) {
        return List.of(entries.output(opened.sealed(), entries.duplicate(opened)));
    }

    /** Of a choice whose entry fits, with the notices of it. */
    List<KafkaOutput> applied(
            OpenedRecord opened, StandingChoices standing, List<KafkaOutput> notices, AuditEntry entry) {
        IngressRecord record = opened.sealed();
        Header position = new Header(
                Headers.POSITION, record.position().entryId(record.attempt()).getBytes(StandardCharsets.UTF_8));
        KafkaOutput set = new KafkaOutput(
                topics.choices(),
                KafkaOutput.BY_KEY,
                Math.max(0, record.appendedMs()),
                record.key(),
                List.of(position),
                standing.toBytes());
        List<KafkaOutput> out = new ArrayList<>(notices);
        out.add(set);
        out.add(entries.output(record, entry));
        return out;
    }

    /** The entry of a choice. @param told to whom notices of it go */
    AuditEntry appliedEntry(OpenedRecord opened, Choice choice, List<NoticeOutcome> told) {
        return entries.applied(opened, choice, told);
    }

    /** Of a decided record; where its entry does not fit the log, nothing is released. */
    List<KafkaOutput> decided(ProtectedRecord result) {
        OpenedRecord opened = result.decided().opened();
        AuditEntry entry = entries.decided(result);
        if (!entry.fits()) {
            return faulty(result.decided(), ReasonCode.ENTRY_TOO_LARGE);
        }
        List<KafkaOutput> out = new ArrayList<>();
        for (RecipientView view : result.views()) {
            if (view.plan() != null) {
                out.add(view.plan());
                plans.written(view.planDigest());
            }
            out.add(view.output());
        }
        quarantined(result, opened.sealed(), out);
        out.add(entries.output(opened.sealed(), entry));
        return out;
    }

    /** One quarantined record names all recipients that are still open. */
    private void quarantined(ProtectedRecord result, IngressRecord record, List<KafkaOutput> out) {
        List<RecipientOutcome> open = result.outcomes().stream()
                .filter(outcome -> outcome.disposition() == Disposition.QUARANTINE)
                .toList();
        if (!open.isEmpty()) {
            ReasonCode reason = Objects.requireNonNull(open.get(0).code(), "a quarantined outcome has a code");
            out.add(quarantine.of(
                    record,
                    reason,
                    OpenRecipients.of(
                            open.stream().map(RecipientOutcome::recipient).toList())));
        }
    }
}
