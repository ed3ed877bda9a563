package io.sluice.custodian.erase;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.core.audit.AuditEntry;
import io.sluice.core.cluster.Grants;
import io.sluice.core.event.Topics;
import io.sluice.custodian.ControlTopic;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The ledger on {@code keys.control}, beside the announcements, in transactions with {@code audit.entries}. To open it ends the
 * turn of every other custodian of the tenant.
 */
final class KafkaLedger implements Ledger {
    /** Entries of acts go to the first log. */
    private static final int AUDIT_PARTITION = 0;

    /** Short: an open transaction holds back who reads announcements. */
    private static final int TRANSACTION_TIMEOUT_MS = 10_000;

    private final Topics topics;
    private final ControlTopic control;
    private final Duration limit;
    private final Producer<byte[], byte[]> producer;

    /**
     * @param client the custodian's Kafka client settings
     * @param limit longest wait for Kafka
     * @throws KafkaException where Kafka is not reached or does not let the custodian in
     */
    KafkaLedger(Map<String, Object> client, Topics topics, ControlTopic control, Duration limit) {
        this.topics = topics;
        this.control = control;
        this.limit = limit;
        Map<String, Object> settings = new LinkedHashMap<>(client);
        settings.put("transactional.id", Grants.CUSTODIAN_PREFIX + "." + topics.tenant());
        settings.put("transaction.timeout.ms", Integer.toString(TRANSACTION_TIMEOUT_MS));
        settings.put("max.block.ms", Long.toString(limit.toMillis()));
        settings.put("request.timeout.ms", Long.toString(limit.toMillis()));
        settings.put("delivery.timeout.ms", Long.toString(limit.toMillis()));
        settings.put("linger.ms", "0");
        producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        try {
            producer.initTransactions();
        } catch (RuntimeException e) {
            producer.close(Duration.ZERO);
            throw e;
        }
    }

    @Override
    public void read(BiConsumer<String, byte[]> each) {
        control.readAll(each);
    }

    @Override
    public void commit(Map<String, byte[]> records, List<AuditEntry> entries) {
        producer.beginTransaction();
        // The commit fails where one of these did.
        records.forEach((key, value) -> {
            var unused = producer.send(new ProducerRecord<>(topics.keys(), 0, key.getBytes(UTF_8), value));
        });
        for (AuditEntry entry : entries) {
            var unused = producer.send(new ProducerRecord<>(
                    topics.audit(), AUDIT_PARTITION, entry.id().getBytes(UTF_8), entry.canonical()));
        }
        producer.commitTransaction();
    }

    @Override
    public void close() {
        producer.close(limit);
    }
}
