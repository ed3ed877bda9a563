package io.sluice.reveal.trail;

import io.sluice.protection.keytree.SignedAnnouncement;
import io.sluice.protection.keytree.SubjectKeys;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Passes on to the registry of subjects' keys what {@code keys.control} announces; the registry judges it. */
public record Announcements(SubjectKeys subjects) implements TopicTail.Listener {
    @Override
    public void take(ConsumerRecord<byte[], byte[]> record) {
        byte[] key = record.key();
        byte[] value = record.value();
        if (key != null && value != null && SignedAnnouncement.isRecordKey(new String(key, StandardCharsets.UTF_8))) {
            var ignored = subjects.accept(value); // it answers for any bytes, and logs what it refuses
        }
    }

    @Override
    public void caughtUp() {}
}
