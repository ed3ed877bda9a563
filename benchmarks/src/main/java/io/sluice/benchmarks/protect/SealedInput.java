package io.sluice.benchmarks.protect;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.certs.DevIdentity;
import io.sluice.cli.CommandFailure;
import io.sluice.core.encoding.JsonText;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import io.sluice.core.event.ClientEvent;
import io.sluice.core.rulebook.Producer;
import io.sluice.gateway.admit.ActiveInForce;
import io.sluice.gateway.admit.Admission;
import io.sluice.gateway.admit.InForce;
import io.sluice.gateway.parse.ParsedEvent;
import io.sluice.gateway.tag.Tagger;
import io.sluice.policies.evaluate.PolicyStore;
import io.sluice.protection.seal.SealedEvent;
import io.sluice.protection.seal.Sealer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Fills {@code events.ingress} as the gateway does, HTTP left out: admit, tag, seal, publish. Both jobs read these same
 * records, as often as there are rounds.
 *
 * @param records how many there are
 * @param medianBytes median length of the resources as posted
 */
record SealedInput(int records, int medianBytes) {
    private static final String PRODUCER = "st-elsewhere";
    private static final String PURPOSE = "treatment";
    private static final String ADDRESS = "fhir";
    private static final String MEDIA_TYPE = "application/fhir+json";

    /**
     * Seals and publishes; returns when all are durable.
     *
     * @param resources FHIR resources, at least as many as there shall be records
     * @param progress told how many are sent
     */
    static SealedInput publish(TestBed bed, Iterator<byte[]> resources, int records, LongConsumer progress) {
        InForce policy = inForce(bed);
        Producer producer = java.util.Objects.requireNonNull(
                policy.rulebook().producers().get(PRODUCER), "the rulebook has the producer");
        Tagger tagger = new Tagger(bed.topics().tenant(), bed.sealKeys().subjectReferences());
        List<Future<RecordMetadata>> sent = new ArrayList<>(records);
        int[] bytes = new int[records];
        Map<String, Object> settings = bed.settings(DevIdentity.GATEWAY);
        settings.put("linger.ms", 5);
        try (Sealer sealer = bed.sealKeys().sealer();
                KafkaProducer<byte[], byte[]> kafka =
                        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < records; i++) {
                byte[] resource = resources.next();
                bytes[i] = resource.length;
                JsonNode payload = parse(resource);
                String dataset = Admission.datasetOf(policy, ADDRESS, payload);
                ParsedEvent parsed =
                        new ParsedEvent(event("event-" + i, dataset, resource), JsonText.of(payload), false);
                SealedEvent sealed = sealer.seal(
                        tagger.event(
                                policy,
                                producer,
                                Admission.event(policy, producer, dataset, PURPOSE),
                                parsed,
                                Instant.now()),
                        parsed.event());
                sent.add(kafka.send(record(bed.topics().ingress(), sealed)));
                progress.accept(i + 1L);
            }
            kafka.flush();
        }
        requireDurable(sent);
        Arrays.sort(bytes);
        return new SealedInput(records, bytes[records / 2]);
    }

    private static void requireDurable(List<Future<RecordMetadata>> sent) {
        try {
            for (Future<RecordMetadata> record : sent) {
                record.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("Interrupted while publishing the input", e);
        } catch (ExecutionException e) {
            throw new CommandFailure("The input could not be published", e.getCause());
        }
    }

    private static JsonNode parse(byte[] resource) {
        try {
            return StrictJson.read(resource);
        } catch (MalformedJsonException e) {
            throw new CommandFailure("The input holds a resource that is not strict JSON: " + e.getMessage(), e);
        }
    }

    private static ClientEvent event(String id, String dataset, byte[] resource) {
        return new ClientEvent(
                id,
                "urn:sluice:producer:" + PRODUCER,
                "io.sluice.dataset." + dataset,
                null,
                null,
                MEDIA_TYPE,
                new TreeMap<>(),
                resource);
    }

    private static ProducerRecord<byte[], byte[]> record(String topic, SealedEvent sealed) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, sealed.key(), sealed.value());
        sealed.headers().forEach(header -> record.headers().add(header.name(), header.value()));
        return record;
    }

    /** The rulebook in force, as the gateway asks it. */
    private static InForce inForce(TestBed bed) {
        PolicyStore store = PolicyStore.inProcess(bed.rulebook().root(), 1);
        bed.rulebook().records().forEach(store::accept);
        return new ActiveInForce(store.activation(BenchRulebook.ACTIVATION)
                .orElseThrow(() -> new IllegalStateException("The rulebook of the benchmark does not verify")));
    }
}
