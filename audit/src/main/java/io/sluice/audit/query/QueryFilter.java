package io.sluice.audit.query;

import io.sluice.core.decision.Disposition;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which entries are asked for: those that meet all that is given; null means any.
 *
 * @param subject a subject reference
 * @param dataset a dataset's id
 * @param recipient a recipient's id
 * @param producer a producer's id
 * @param disposition what became of the record, for the recipient if one is given, else for any
 * @param from the earliest time that it occurred
 * @param to the first time that is too late
 * @param entryId an entry's id
 * @param code an outcome, the code of an act, a reason, or a recipient's fault
 * @param revision the number of the policy revision that decided the record
 * @param rule the rule that decided about a recipient, as {@code reasons} names it; about that recipient if one is given
 */
public record QueryFilter(
        @Nullable String subject,
        @Nullable String dataset,
        @Nullable String recipient,
        @Nullable String producer,
        @Nullable Disposition disposition,
        @Nullable Instant from,
        @Nullable Instant to,
        @Nullable String entryId,
        @Nullable String code,
        @Nullable Long revision,
        @Nullable String rule) {
    /** Every entry. */
    public static QueryFilter all() {
        return new QueryFilter(null, null, null, null, null, null, null, null, null, null, null);
    }

    /** Of that subject. */
    public QueryFilter withSubject(String value) {
        return new QueryFilter(
                value, dataset, recipient, producer, disposition, from, to, entryId, code, revision, rule);
    }

    /** Of that dataset. */
    public QueryFilter withDataset(String value) {
        return new QueryFilter(
                subject, value, recipient, producer, disposition, from, to, entryId, code, revision, rule);
    }

    /** That concern that recipient. */
    public QueryFilter withRecipient(String value) {
        return new QueryFilter(subject, dataset, value, producer, disposition, from, to, entryId, code, revision, rule);
    }

    /** Of that producer. */
    public QueryFilter withProducer(String value) {
        return new QueryFilter(
                subject, dataset, recipient, value, disposition, from, to, entryId, code, revision, rule);
    }

    /** With that disposition. */
    public QueryFilter withDisposition(Disposition value) {
        return new QueryFilter(subject, dataset, recipient, producer, value, from, to, entryId, code, revision, rule);
    }

    /** From that time on, and before that other. */
    public QueryFilter between(@Nullable Instant first, @Nullable Instant end) {
        return new QueryFilter(
                subject, dataset, recipient, producer, disposition, first, end, entryId, code, revision, rule);
    }

    /** The one with that id. */
    public QueryFilter withEntryId(String value) {
        return new QueryFilter(
                subject, dataset, recipient, producer, disposition, from, to, value, code, revision, rule);
    }

    /** With that code. */
    public QueryFilter withCode(String value) {
        return new QueryFilter(
                subject, dataset, recipient, producer, disposition, from, to, entryId, value, revision, rule);
    }

    /** Decided under that revision of the policy. */
    public QueryFilter withRevision(long value) {
        return new QueryFilter(
                subject, dataset, recipient, producer, disposition, from, to, entryId, code, value, rule);
    }

    /** Decided by that rule. */
    public QueryFilter withRule(String value) {
        return new QueryFilter(
                subject, dataset, recipient, producer, disposition, from, to, entryId, code, revision, value);
    }
}
