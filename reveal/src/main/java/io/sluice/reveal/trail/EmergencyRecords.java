package io.sluice.reveal.trail;

import io.sluice.reveal.emergency.Emergency;
import io.sluice.reveal.emergency.OpenReviews;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the open reviews as {@code reveal.emergencies} says. */
public record EmergencyRecords(OpenReviews reviews) implements TopicTail.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(EmergencyRecords.class);

    @Override
    public void take(ConsumerRecord<byte[], byte[]> record) {
        String id = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
        try {
            reviews.apply(id, record.value() == null ? null : Emergency.of(record.value()));
        } catch (IllegalArgumentException e) {
            LOG.atError().addKeyValue("offset", record.offset()).log("A record of reveal.emergencies is not readable");
        }
    }

    @Override
    public void caughtUp() {
        reviews.caughtUp();
    }
}
