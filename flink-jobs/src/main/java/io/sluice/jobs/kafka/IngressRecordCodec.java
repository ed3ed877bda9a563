package io.sluice.jobs.kafka;

import io.sluice.core.event.IngressPosition;
import io.sluice.protection.seal.Header;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Bytes of an {@link IngressRecord} between the source and the protect function. */
public enum IngressRecordCodec implements Codec<IngressRecord> {
    /** The codec. */
    INSTANCE;

    @Override
    public int version() {
        return 1;
    }

    @Override
    public Class<IngressRecord> type() {
        return IngressRecord.class;
    }

    @Override
    public void write(IngressRecord record, DataOutputView out) throws IOException {
        out.writeInt(record.position().generation());
        out.writeInt(record.position().partition());
        out.writeLong(record.position().offset());
        out.writeInt(record.attempt());
        out.writeLong(record.appendedMs());
        Bytes.write(record.key(), out);
        out.writeInt(record.headers().size());
        for (Header header : record.headers()) {
            Bytes.writeText(header.name(), out);
            Bytes.write(header.value(), out);
        }
        Bytes.write(record.value(), out);
    }

    @Override
    public IngressRecord read(int version, DataInputView in) throws IOException {
        IngressPosition position = new IngressPosition(in.readInt(), in.readInt(), in.readLong());
        int attempt = in.readInt();
        long appendedMs = in.readLong();
        byte[] key = Bytes.read(in);
        int count = in.readInt();
        List<Header> headers = new ArrayList<>(Math.min(count, 64));
        for (int i = 0; i < count; i++) {
            headers.add(new Header(Bytes.readText(in), Bytes.read(in)));
        }
        return new IngressRecord(position, attempt, appendedMs, key, headers, Bytes.read(in));
    }
}
