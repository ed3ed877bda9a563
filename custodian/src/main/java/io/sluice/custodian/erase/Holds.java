package io.sluice.custodian.erase;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.core.audit.LegalHold;
import io.sluice.core.event.SubjectRef;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The legal holds of {@code subject.holds}, as of the moment of asking. For one thread. */
final class Holds implements AutoCloseable {
    private final TopicFollower topic;
    private final Clock clock;
    private final Map<String, LegalHold> standing = new HashMap<>();

    Holds(TopicFollower topic, Clock clock) {
        this.topic = topic;
        this.clock = clock;
    }

    /**
     * Reads what was said up to now.
     *
     * @return the hold of a subject that lasts now
     * @throws IllegalArgumentException where a value is no hold: nothing may be erased until it is read
     */
    Function<SubjectRef, Optional<LegalHold>> now() {
        topic.catchUp(this::accept);
        return subject ->
                Optional.ofNullable(standing.get(subject.value())).filter(hold -> hold.holdsAt(clock.instant()));
    }

    private void accept(ConsumerRecord<byte[], byte[]> record) {
        String subject = record.key() == null ? "" : new String(record.key(), UTF_8);
        if (record.value() == null) {
            standing.remove(subject);
        } else {
            standing.put(subject, LegalHold.of(record.value()));
        }
    }

    @Override
    public void close() {
        topic.close();
    }
}
