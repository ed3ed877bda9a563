package io.sluice.cli.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.policies.status.RoomStatus;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Reads {@code policy.status} as an officer. */
public final class StatusTopic {
    private StatusTopic() {}

    /**
     * What rooms told last.
     *
     * @param told the last word of each, with the broker's time of it
     * @param unreadable records of a form that this version does not know
     */
    public record Read(List<Told> told, long unreadable) {
        public Read {
            told = List.copyOf(told);
        }
    }

    /**
     * A status.
     *
     * @param status what was told
     * @param appended when, by the broker's clock
     */
    public record Told(RoomStatus status, Instant appended) {}

    /** Reads it to its end. @throws CommandFailure where it cannot be read */
    public static Read read(OfficerKafka kafka) {
        Map<String, Told> last = new LinkedHashMap<>();
        AtomicLong unreadable = new AtomicLong();
        var unused = TopicScan.read(kafka, kafka.layout().topics().status(), null, null, record -> {
            if (record.key() == null || record.value() == null) {
                return;
            }
            try {
                last.put(
                        new String(record.key(), UTF_8),
                        new Told(RoomStatus.of(record.value()), Instant.ofEpochMilli(record.timestamp())));
            } catch (IllegalArgumentException e) {
                unreadable.incrementAndGet();
            }
        });
        return new Read(List.copyOf(last.values()), unreadable.get());
    }
}
