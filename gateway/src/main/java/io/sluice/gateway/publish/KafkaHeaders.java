package io.sluice.gateway.publish;

import io.sluice.protection.seal.Header;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * Headers as Kafka's client has them. What a sealed event shares with the one before is one object here too: the client only
 * reads them. Confined to one thread.
 */
final class KafkaHeaders {
    private Header[] before = {};
    private org.apache.kafka.common.header.Header[] made = {};

    /** Those of an event, in their order. */
    List<org.apache.kafka.common.header.Header> of(List<Header> headers) {
        int size = headers.size();
        if (size > before.length) {
            before = Arrays.copyOf(before, size);
            made = Arrays.copyOf(made, size);
        }
        List<org.apache.kafka.common.header.Header> kafka = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            Header header = headers.get(i);
            if (!header.equals(before[i])) { // of that name and with that very array
                made[i] = new RecordHeader(header.name(), header.required());
                before[i] = header;
            }
            kafka.add(made[i]);
        }
        return kafka;
    }
}
