package io.sluice.jobs.released;

import io.sluice.jobs.kafka.Bytes;
import io.sluice.jobs.kafka.Codec;
import java.io.IOException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Bytes of a {@link ReleasedEvent} on the edge from the source to the sink. */
public enum ReleasedEventCodec implements Codec<ReleasedEvent> {
    /** The codec. */
    INSTANCE;

    @Override
    public int version() {
        return 1;
    }

    @Override
    public Class<ReleasedEvent> type() {
        return ReleasedEvent.class;
    }

    @Override
    public void write(ReleasedEvent event, DataOutputView out) throws IOException {
        Bytes.writeText(event.recipient(), out);
        out.writeInt(event.partition());
        out.writeLong(event.offset());
        out.writeInt(event.attributes().size());
        for (Map.Entry<String, String> attribute : event.attributes().entrySet()) {
            Bytes.writeText(attribute.getKey(), out);
            Bytes.writeText(attribute.getValue(), out);
        }
        Bytes.write(event.data(), out);
    }

    @Override
    public ReleasedEvent read(int version, DataInputView in) throws IOException {
        String recipient = Bytes.readText(in);
        int partition = in.readInt();
        long offset = in.readLong();
        int count = in.readInt();
        SortedMap<String, String> attributes = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            attributes.put(Bytes.readText(in), Bytes.readText(in));
        }
        return new ReleasedEvent(recipient, partition, offset, attributes, Bytes.read(in));
    }
}
