package io.sluice.jobs.protect;

import io.sluice.core.audit.ActEntry;
import io.sluice.core.audit.AuditEntry;
import io.sluice.core.audit.DecidedEntries;
import io.sluice.core.audit.NoticeOutcome;
import io.sluice.core.audit.ReasonCode;
import io.sluice.core.audit.RecordEntry;
import io.sluice.core.audit.RecordEntry.Outcome;
import io.sluice.core.decision.ReleaseInput;
import io.sluice.core.event.Choice;
import io.sluice.core.event.Tags;
import io.sluice.core.event.Topics;
import io.sluice.core.rulebook.Dataset;
import io.sluice.jobs.kafka.IngressRecord;
import io.sluice.jobs.kafka.KafkaOutput;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes the one audit entry of a record, and its Kafka record: partition is the ingress partition modulo the number of
 * logs, so that every entry of a partition stands in one log, in order. Confined to the task thread.
 */
final class Entries {
    /** Name of the attribute that holds a choice's controller. */
    private static final String CONTROLLER = "controller";
    /** Most questions of which it is kept what their records' entries have in common. */
    private static final int MAX_ALIKE = 1_024;

    private final Topics topics;
    private final String writer;
    private final int partitions;
    private final String auditTopic;
    private final Map<Question, DecidedEntries> alike = new Recent<>(MAX_ALIKE);

    /** What a policy was asked: the records that share it have entries alike. */
    private record Question(long activation, PolicyInForce policy, ReleaseInput input) {}

    /** @param partitions how many partitions {@code audit.entries} has */
    Entries(Topics topics, String writer, int partitions) {
        this.topics = topics;
        this.writer = writer;
        this.partitions = partitions;
        this.auditTopic = topics.audit();
    }

    /** Of a record that does not open: nothing of its tags is believed, so nothing of them is said. */
    AuditEntry refused(IngressRecord record, ReasonCode reason, @Nullable Requeue requeue) {
        RecordEntry entry = event(record);
        if (requeue != null) {
            entry.requeued(requeue.entry(OptionalLong.empty()));
        }
        return entry.build(Outcome.QUARANTINED, reason);
    }

    /** Of a record of {@code events.requeue} that is not attempted. @param entryId of the attempt before, where the ticket holds */
    AuditEntry notAttempted(IngressRecord requeued, RequeueRefusal reason, @Nullable String entryId) {
        Map<String, Object> detail = new TreeMap<>(Map.of("reason", reason.code()));
        if (entryId != null) {
            detail.put("record", entryId);
        }
        return ActEntry.of(
                Topics.REQUEUE + "/" + requeued.position().partition() + "/"
                        + requeued.position().offset(),
                ActEntry.Code.REQUEUE_REFUSED,
                topics.tenant(),
                writer,
                writer,
                recorded(requeued),
                detail);
    }

    /**
     * Of a verified record with a fault.
     *
     * @param chosen which policy was to decide it; null where that was not found, or not looked for
     */
    AuditEntry faulty(
            OpenedRecord opened, ReasonCode reason, @Nullable Dataset dataset, Ruling.@Nullable Decides chosen) {
        RecordEntry entry = tagged(opened);
        if (dataset != null) {
            entry.controller(dataset.controller(), dataset.regimes());
        }
        if (chosen != null) {
            entry.policy(policy(opened.activation(), chosen.activation(), chosen.policy()));
        }
        return orSmall(entry.build(Outcome.QUARANTINED, reason), opened.sealed(), reason);
    }

    AuditEntry duplicate(OpenedRecord opened) {
        AuditEntry entry = tagged(opened).build(Outcome.DUPLICATE, null);
        return entry.fits() ? entry : event(opened.sealed()).build(Outcome.DUPLICATE, null);
    }

    /** Of a choice; does not check that it fits. */
    AuditEntry applied(OpenedRecord opened, Choice choice, List<NoticeOutcome> told) {
        RecordEntry entry = tagged(opened)
                .chosen(choice.kind().code(), choice.purposes(), choice.textVersion())
                .notices(told);
        String controller = opened.tags().attributes().get(CONTROLLER);
        if (controller != null) {
            entry.controller(controller, List.of());
        }
        return entry.build(Outcome.APPLIED, null);
    }

    /** Of a decided record; does not check that it fits. */
    AuditEntry decided(ProtectedRecord record) {
        DecidedRecord decided = record.decided();
        IngressRecord sealed = decided.opened().sealed();
        Tags tags = decided.opened().tags();
        Question question = new Question(decided.opened().activation(), decided.policy(), decided.input());
        DecidedEntries entries = alike.computeIfAbsent(question, asked -> entries(asked, decided));
        return decided.opened()
                .requeued()
                .map(entries::requeued)
                .orElse(entries)
                .of(sealed.position(), sealed.attempt(), recorded(sealed), tags, record.outcomes());
    }

    private DecidedEntries entries(Question asked, DecidedRecord decided) {
        PolicyInForce policy = asked.policy();
        Dataset dataset = decided.dataset();
        return new DecidedEntries(
                topics.tenant(),
                writer,
                dataset.controller(),
                dataset.regimes(),
                policy(asked.activation(), decided.applied(), policy),
                asked.input());
    }

    private static DecidedEntries.Policy policy(long activation, long applied, PolicyInForce policy) {
        return new DecidedEntries.Policy(activation, applied, policy.revision(), policy.bundle());
    }

    /** The Kafka record of an entry. */
    KafkaOutput output(IngressRecord record, AuditEntry entry) {
        return new KafkaOutput(
                auditTopic,
                record.position().partition() % partitions,
                Math.max(0, record.appendedMs()),
                entry.id().getBytes(StandardCharsets.UTF_8),
                List.of(),
                entry.canonical());
    }

    private AuditEntry orSmall(AuditEntry entry, IngressRecord record, ReasonCode reason) {
        return entry.fits() ? entry : event(record).build(Outcome.QUARANTINED, reason);
    }

    private RecordEntry tagged(OpenedRecord opened) {
        IngressRecord record = opened.sealed();
        RecordEntry entry = opened.tags().isChoice()
                ? RecordEntry.choice(record.position(), record.attempt(), topics.tenant(), writer, recorded(record))
                : event(record);
        opened.requeued().ifPresent(entry::requeued);
        return entry.tags(opened.tags());
    }

    private RecordEntry event(IngressRecord record) {
        return RecordEntry.event(record.position(), record.attempt(), topics.tenant(), writer, recorded(record));
    }

    private static Instant recorded(IngressRecord record) {
        return Instant.ofEpochMilli(record.appendedMs());
    }
}
