package io.sluice.jobs.protect;

import io.sluice.core.event.ClientEvent;
import io.sluice.core.event.Tags;
import io.sluice.jobs.kafka.IngressRecord;

/**
 * A record whose seal opened. It lives in the memory of one {@code processElement} only (P2).
 *
 * @param sealed the record as it stood in Kafka
 * @param tags the gateway's tags, verified
 * @param event what the producer sent, in clear
 */
record OpenedRecord(IngressRecord sealed, Tags tags, ClientEvent event) {
    @Override
    public String toString() {
        return "OpenedRecord[" + sealed.position() + "]";
    }
}
