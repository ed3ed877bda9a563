package io.sluice.jobs.protect;

import io.sluice.core.decision.Envelope;
import io.sluice.core.decision.ProtectionPlan;
import io.sluice.core.event.Headers;
import io.sluice.core.event.SubjectRef;
import io.sluice.core.event.Tags;
import io.sluice.core.event.Topics;
import io.sluice.core.rulebook.Dataset;
import io.sluice.jobs.kafka.KafkaOutput;
import io.sluice.protection.seal.Header;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the Kafka record of a view: CloudEvents 1.0 in binary mode. Of the envelope only that goes out which the plan
 * opens (P6); the media type is the format's own, not the producer's text. Form: {@code docs/specs/released.md}.
 * Confined to the task thread.
 */
final class ViewRecord {
    /** Most kinds of records of which it is kept what they have in common. */
    private static final int MAX_FORMS = 1_024;

    private static final int SECONDS_PER_DAY = 86_400;

    private static final Header SPECVERSION = header(Headers.CE_SPECVERSION, "1.0");

    private final Topics topics;
    private final Map<Kind, Form> forms = new Recent<>(MAX_FORMS);
    /** By grain, of the day of the record before. */
    private final Map<Envelope.Time, Told> lastTold = new EnumMap<>(Envelope.Time.class);

    /** What tells apart records that differ in more than id, time and subject. */
    private record Kind(String planDigest, long revision, String dataset, String producer) {}

    /** What records of one kind have in common. */
    private record Form(
            String topic,
            Header source,
            Header type,
            Header contentType,
            @Nullable Header policy) {}

    /** How all records of a day are told their time, or one record its own. */
    private record Told(long day, Header header, long epochMs) {}

    ViewRecord(Topics topics) {
        this.topics = topics;
    }

    /**
     * @param digest the plan's
     * @param appendedMs when the record was appended to {@code events.ingress}
     * @param payload the protected payload
     */
    KafkaOutput of(
            ProtectionPlan plan,
            String digest,
            long revision,
            Tags tags,
            long appendedMs,
            String releasedId,
            byte[] payload) {
        Form form = forms.computeIfAbsent(
                new Kind(digest, revision, tags.dataset(), tags.producer()), kind -> form(plan, kind));
        Envelope envelope = plan.envelope();
        Told time = told(tags.received(), envelope.time());
        SubjectRef subject = tags.subjectRef();
        List<Header> headers = new ArrayList<>(8);
        headers.add(SPECVERSION);
        headers.add(header(Headers.CE_ID, releasedId));
        headers.add(form.source());
        headers.add(form.type());
        headers.add(time.header());
        if (envelope.subject() == Envelope.Subject.REF && subject != null) {
            headers.add(header(Headers.CE_SUBJECT, subject.value()));
        }
        headers.add(form.contentType());
        if (form.policy() != null) {
            headers.add(form.policy());
        }
        String key = envelope.key() == Envelope.Key.REF && subject != null ? subject.value() : releasedId;
        return new KafkaOutput(
                form.topic(),
                KafkaOutput.BY_KEY,
                time.epochMs() <= appendedMs
                        ? time.epochMs()
                        : timestampMs(tags.received(), appendedMs, envelope.time()),
                key.getBytes(StandardCharsets.UTF_8),
                headers,
                payload);
    }

    private Form form(ProtectionPlan plan, Kind kind) {
        return new Form(
                topics.released(plan.recipient()),
                header(Headers.CE_SOURCE, source(plan.envelope(), kind)),
                header(Headers.CE_TYPE, "io.sluice.view." + plan.dataset()),
                header(Headers.CONTENT_TYPE, contentType(plan.format())),
                plan.envelope().policy() ? header(Headers.POLICY, Long.toString(kind.revision())) : null);
    }

    private String source(Envelope envelope, Kind kind) {
        String dataset = "urn:sluice:" + topics.tenant() + ":dataset:" + kind.dataset();
        return envelope.source() == Envelope.Source.PRODUCER ? dataset + ":producer:" + kind.producer() : dataset;
    }

    private Told told(Instant received, Envelope.Time grain) {
        long day = Math.floorDiv(received.getEpochSecond(), SECONDS_PER_DAY);
        Told last = lastTold.get(grain);
        if (last != null && last.day() == day && grain != Envelope.Time.KEEP) {
            return last;
        }
        Instant time = coarse(received, grain);
        Told told = new Told(day, header(Headers.CE_TIME, text(time, grain)), time.toEpochMilli());
        lastTold.put(grain, told);
        return told;
    }

    /** A time as coarse as an envelope says. */
    static Instant coarse(Instant received, Envelope.Time grain) {
        LocalDate day = LocalDate.ofInstant(received, ZoneOffset.UTC);
        return switch (grain) {
            case KEEP -> received;
            case DAY -> day.atStartOfDay(ZoneOffset.UTC).toInstant();
            case YEAR -> day.withDayOfYear(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        };
    }

    /**
     * The Kafka timestamp of what tells such a time: that time, but never after the record was appended. A gateway's clock may
     * be ahead, and brokers refuse what is an hour ahead of theirs, which would fail the transaction of every attempt.
     */
    static long timestampMs(Instant received, long appendedMs, Envelope.Time grain) {
        Instant appended = Instant.ofEpochMilli(Math.max(0, appendedMs));
        Instant time = coarse(received, grain);
        return (time.isAfter(appended) ? coarse(appended, grain) : time).toEpochMilli();
    }

    /** How a view tells a time of that grain. */
    static String text(Instant time, Envelope.Time grain) {
        return grain == Envelope.Time.KEEP ? Tags.timestamp(time) : time.toString();
    }

    private static String contentType(Dataset.Format format) {
        return format == Dataset.Format.FHIR ? "application/fhir+json" : "application/json";
    }

    private static Header header(String name, String value) {
        return new Header(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
