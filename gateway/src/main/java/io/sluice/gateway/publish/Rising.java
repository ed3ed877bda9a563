package io.sluice.gateway.publish;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Stamps that never fall (promise P9): the newest activation that was sent, whatever became of the record. Owned by one thread. */
final class Rising {
    private long newest;
    /** Read by any thread. */
    private final AtomicLong madeAnew = new AtomicLong();

    /**
     * The record as it may be sent now. To make it again once is enough: what is in force does not fall either. Only where
     * the clock is set back it does, and then nothing is sent until it has come up again.
     *
     * @throws RuntimeException where it is not admitted any more
     */
    ProducerRecord<byte[], byte[]> record(StampedRecord made) {
        StampedRecord present = made;
        if (present.activation() != 0) {
            if (present.activation() < newest) {
                present = present.anew().get();
                if (present.activation() < newest) {
                    throw NotWritten.fallen();
                }
                madeAnew.incrementAndGet();
            }
            newest = present.activation();
        }
        return present.record();
    }

    /** How many records a newer activation overtook, so that they were made again under it. */
    long madeAnew() {
        return madeAnew.get();
    }
}
