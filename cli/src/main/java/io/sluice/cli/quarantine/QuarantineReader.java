package io.sluice.cli.quarantine;

import io.sluice.cli.policy.OfficerKafka;
import io.sluice.cli.policy.TopicScan;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code events.quarantine} as an officer. It opens nothing: no key is at hand. For one thread.
 */
public final class QuarantineReader {
    private final OfficerKafka kafka;
    private final SentAgain sentAgain;
    private TopicScan.@Nullable Ends ends;
    private long foreign;

    private QuarantineReader(OfficerKafka kafka, SentAgain sentAgain) {
        this.kafka = kafka;
        this.sentAgain = sentAgain;
    }

    /** Reads first what was sent again. @throws io.sluice.cli.CommandFailure where Kafka does not let the officer read */
    public static QuarantineReader open(OfficerKafka kafka) {
        return new QuarantineReader(kafka, SentAgain.read(kafka));
    }

    /** A record, and whether it was sent again. */
    public record Found(QuarantinedRecord record, boolean sentAgain) {}

    /** Tells of each record of the selection, oldest first in each partition. A second reading ends where the first did. */
    public void read(Selection selection, Consumer<Found> onFound) {
        foreign = 0;
        ends = TopicScan.read(
                kafka,
                kafka.layout().topics().quarantine(),
                selection.since(),
                ends,
                record -> QuarantinedRecord.of(record)
                        .ifPresentOrElse(
                                read -> {
                                    if (selection.includes(read)) {
                                        onFound.accept(new Found(read, sentAgain.has(read)));
                                    }
                                },
                                () -> foreign++));
    }

    /** How many records of the last reading have not the form that the protect job gives them. */
    public long foreign() {
        return foreign;
    }
}
