package io.sluice.cli.quarantine;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.policy.OfficerKafka;
import io.sluice.cli.policy.TopicScan;
import io.sluice.core.event.IngressPosition;
import java.util.HashSet;
import java.util.Set;

/**
 * What was sent again already, by {@code events.requeue}, which keeps a record longer than quarantine keeps what it is a copy
 * of. What became of it stands in the audit log.
 */
final class SentAgain {
    /** Most attempts that are held: about 100 MB. */
    static final int MAX = 1_000_000;

    private record Attempt(IngressPosition position, int number) {}

    private final Set<Attempt> attempts = new HashSet<>();

    private SentAgain() {}

    static SentAgain read(OfficerKafka kafka) {
        SentAgain sent = new SentAgain();
        String topic = kafka.layout().topics().requeue();
        TopicScan.read(
                kafka, topic, null, null, record -> QuarantinedRecord.of(record).ifPresent(sent::add));
        return sent;
    }

    private void add(QuarantinedRecord record) {
        if (attempts.size() >= MAX) {
            throw new CommandFailure(
                    "More than " + MAX + " records were requeued lately, too many to tell what is open;"
                            + " wait until the retention of events.requeue has ended for some");
        }
        attempts.add(attempt(record));
    }

    boolean has(QuarantinedRecord record) {
        return attempts.contains(attempt(record));
    }

    private static Attempt attempt(QuarantinedRecord record) {
        return new Attempt(record.facts().position(), record.facts().attempt());
    }
}
