package io.sluice.jobs.protect;

import io.sluice.core.audit.NoticeOutcome;
import io.sluice.core.audit.NoticeOutcome.Untold;
import io.sluice.core.event.Choice;
import io.sluice.core.event.Headers;
import io.sluice.core.event.Notice;
import io.sluice.core.event.SubjectRef;
import io.sluice.core.event.Topics;
import io.sluice.jobs.kafka.IngressRecord;
import io.sluice.jobs.kafka.KafkaOutput;
import io.sluice.jobs.kafka.TopicDirectory;
import io.sluice.jobs.kafka.TopicFacts;
import io.sluice.protection.seal.Header;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Tells recipients of a subject's choice: those to whom something of the subject was released for a purpose that the choice
 * concerns (GDPR Art. 7(3), 19, 21). A notice names the subject only as that recipient knows it, and the recipient's own
 * purposes only. Form: {@code docs/specs/released.md}. Confined to the task thread.
 */
final class Notices {
    private final Topics topics;
    private final TopicDirectory directory;
    private final KeyedHash hashes;

    /**
     * What comes of a choice.
     *
     * @param outputs the notices
     * @param outcomes who was told, and who was not and why
     */
    record Told(List<KafkaOutput> outputs, List<NoticeOutcome> outcomes) {}

    Notices(Topics topics, TopicDirectory directory, KeyedHash hashes) {
        this.topics = topics;
        this.directory = directory;
        this.hashes = hashes;
    }

    /** @param reached to whom something of the subject was released before */
    Told of(OpenedRecord opened, Choice choice, Reached reached) {
        List<KafkaOutput> outputs = new ArrayList<>();
        List<NoticeOutcome> outcomes = new ArrayList<>();
        SubjectRef subject = opened.tags().subjectRef();
        if (subject != null && choice.kind() != Choice.Kind.CONSENT) {
            reached.recipients().forEach((recipient, reach) -> {
                List<String> concerned = reach.purposes().stream()
                        .filter(purpose ->
                                choice.purposes().isEmpty() || choice.purposes().contains(purpose))
                        .toList();
                if (!concerned.isEmpty()) {
                    Notice notice = new Notice(choice.kind(), concerned);
                    outcomes.add(tell(opened, subject, recipient, reach, notice, outputs));
                }
            });
        }
        return new Told(outputs, outcomes);
    }

    private NoticeOutcome tell(
            OpenedRecord opened,
            SubjectRef subject,
            String recipient,
            Reached.Reach reach,
            Notice notice,
            List<KafkaOutput> outputs) {
        if (!reach.named()) {
            return new NoticeOutcome(recipient, List.of(), Untold.NOT_ADDRESSABLE);
        }
        Optional<TopicFacts> topic = directory.facts(topics.released(recipient)).filter(TopicFacts::writable);
        if (topic.isEmpty()) {
            return new NoticeOutcome(recipient, List.of(), Untold.TOPIC_MISSING);
        }
        IngressRecord sealed = opened.sealed();
        String entryId = sealed.position().entryId(sealed.attempt());
        List<String> ids = new ArrayList<>();
        List<KafkaOutput> made = new ArrayList<>();
        // Views under other keys than the subject's may lie in every partition, and a partition orders only its own.
        int copies = reach.keyed() ? 1 : topic.get().partitions();
        for (int copy = 0; copy < copies; copy++) {
            String id = hashes.releasedId(entryId, reach.keyed() ? recipient : recipient + "/" + copy);
            KafkaOutput output =
                    output(opened, subject, recipient, reach, notice, id, reach.keyed() ? KafkaOutput.BY_KEY : copy);
            if (!topic.get().takes(output)) {
                return new NoticeOutcome(recipient, List.of(), Untold.TOPIC_MISSING);
            }
            made.add(output);
            ids.add(id);
        }
        outputs.addAll(made);
        return new NoticeOutcome(recipient, ids, null);
    }

    private KafkaOutput output(
            OpenedRecord opened,
            SubjectRef subject,
            String recipient,
            Reached.Reach reach,
            Notice notice,
            String id,
            int partition) {
        Instant received = opened.tags().received();
        return new KafkaOutput(
                topics.released(recipient),
                partition,
                ViewRecord.timestampMs(received, opened.sealed().appendedMs(), reach.time()),
                (reach.keyed() ? subject.value() : id).getBytes(StandardCharsets.UTF_8),
                List.of(
                        header(Headers.CE_SPECVERSION, "1.0"),
                        header(Headers.CE_ID, id),
                        header(Headers.CE_SOURCE, "urn:sluice:" + topics.tenant() + ":notices"),
                        header(Headers.CE_TYPE, Notice.type(notice.kind())),
                        header(
                                Headers.CE_TIME,
                                ViewRecord.text(ViewRecord.coarse(received, reach.time()), reach.time())),
                        header(Headers.CE_SUBJECT, subject.value()),
                        header(Headers.CONTENT_TYPE, "application/json")),
                notice.toBytes());
    }

    private static Header header(String name, String value) {
        return new Header(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
