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
import java.util.List;

/**
 * Makes the Kafka record of a view: CloudEvents 1.0 in binary mode. Of the envelope only that goes out which the plan
 * opens (P6); the media type is the format's own, not the producer's text. Form: {@code docs/specs/released.md}.
 */
final class ViewRecord {
    private final Topics topics;

    ViewRecord(Topics topics) {
        this.topics = topics;
    }

    /** @param payload the protected payload */
    KafkaOutput of(ProtectionPlan plan, long revision, Tags tags, String releasedId, byte[] payload) {
        Envelope envelope = plan.envelope();
        Instant time = coarse(tags.received(), envelope.time());
        SubjectRef subject = tags.subjectRef();
        List<Header> headers = new ArrayList<>(9);
        add(headers, Headers.CE_SPECVERSION, "1.0");
        add(headers, Headers.CE_ID, releasedId);
        add(headers, Headers.CE_SOURCE, source(envelope, tags));
        add(headers, Headers.CE_TYPE, "io.sluice.view." + plan.dataset());
        add(headers, Headers.CE_TIME, envelope.time() == Envelope.Time.KEEP ? Tags.timestamp(time) : time.toString());
        if (envelope.subject() == Envelope.Subject.REF && subject != null) {
            add(headers, Headers.CE_SUBJECT, subject.value());
        }
        add(headers, Headers.CONTENT_TYPE, contentType(plan.format()));
        if (envelope.policy()) {
            add(headers, Headers.POLICY, Long.toString(revision));
        }
        String key = envelope.key() == Envelope.Key.REF && subject != null ? subject.value() : releasedId;
        return new KafkaOutput(
                topics.released(plan.recipient()),
                KafkaOutput.BY_KEY,
                time.toEpochMilli(),
                key.getBytes(StandardCharsets.UTF_8),
                headers,
                payload);
    }

    private String source(Envelope envelope, Tags tags) {
        String dataset = "urn:sluice:" + topics.tenant() + ":dataset:" + tags.dataset();
        return envelope.source() == Envelope.Source.PRODUCER ? dataset + ":producer:" + tags.producer() : dataset;
    }

    private static Instant coarse(Instant received, Envelope.Time grain) {
        LocalDate day = LocalDate.ofInstant(received, ZoneOffset.UTC);
        return switch (grain) {
            case KEEP -> received;
            case DAY -> day.atStartOfDay(ZoneOffset.UTC).toInstant();
            case YEAR -> day.withDayOfYear(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        };
    }

    private static String contentType(Dataset.Format format) {
        return format == Dataset.Format.FHIR ? "application/fhir+json" : "application/json";
    }

    private static void add(List<Header> headers, String name, String value) {
        headers.add(new Header(name, value.getBytes(StandardCharsets.UTF_8)));
    }
}
