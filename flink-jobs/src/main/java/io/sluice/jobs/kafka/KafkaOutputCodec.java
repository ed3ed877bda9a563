package io.sluice.jobs.kafka;

import io.sluice.protection.seal.Header;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Bytes of a {@link KafkaOutput}. The edge it crosses is chained, so they are written only if somebody breaks the chain. */
public enum KafkaOutputCodec implements Codec<KafkaOutput> {
    /** The codec. */
    INSTANCE;

    @Override
    public int version() {
        return 1;
    }

    @Override
    public Class<KafkaOutput> type() {
        return KafkaOutput.class;
    }

    @Override
    public void write(KafkaOutput output, DataOutputView out) throws IOException {
        Bytes.writeText(output.topic(), out);
        out.writeInt(output.partition());
        out.writeLong(output.timestampMs());
        Bytes.write(output.key(), out);
        out.writeInt(output.headers().size());
        for (Header header : output.headers()) {
            Bytes.writeText(header.name(), out);
            Bytes.write(header.value(), out);
        }
        Bytes.write(output.value(), out);
    }

    @Override
    public KafkaOutput read(int version, DataInputView in) throws IOException {
        String topic = Bytes.readText(in);
        int partition = in.readInt();
        long timestampMs = in.readLong();
        byte[] key = Bytes.read(in);
        int count = in.readInt();
        List<Header> headers = new ArrayList<>(Math.min(count, 64));
        for (int i = 0; i < count; i++) {
            headers.add(new Header(Bytes.readText(in), Bytes.read(in)));
        }
        return new KafkaOutput(topic, partition, timestampMs, key, headers, Bytes.read(in));
    }
}
