package io.sluice.jobs.kafka;

import io.sluice.core.event.Headers;
import io.sluice.core.event.IngressPosition;
import io.sluice.protection.seal.Header;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Bytes of an {@link IngressRecord} between the source and the protect function. */
public enum IngressRecordCodec implements Codec<IngressRecord> {
    /** The codec. */
    INSTANCE;

    /** Names that nearly every record has, by the byte that stands for each; only ever added to, at most 255. */
    private static final List<String> USUAL = List.of(
            Headers.CONTENT_TYPE,
            Headers.CE_SPECVERSION,
            Headers.CE_ID,
            Headers.CE_SOURCE,
            Headers.CE_TYPE,
            Headers.CE_TIME,
            Headers.CE_DATASET,
            Headers.CE_PRODUCER,
            Headers.CE_PURPOSE,
            Headers.CE_SUBJECTREF,
            Headers.CE_SUBJECTREGION,
            Headers.CE_RECEIVED,
            Headers.CE_ACTIVATION,
            Headers.CE_ATTRIBUTES,
            Headers.SEAL);

    private static final int SPELT = 255;
    private static final Map<String, Integer> CODES =
            IntStream.range(0, USUAL.size()).boxed().collect(Collectors.toUnmodifiableMap(USUAL::get, code -> code));

    @Override
    public int version() {
        return 2;
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
            writeName(header.name(), out);
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
            headers.add(new Header(version == 1 ? Bytes.readText(in) : readName(in), Bytes.read(in)));
        }
        return new IngressRecord(position, attempt, appendedMs, key, headers, Bytes.read(in));
    }

    private static void writeName(String name, DataOutputView out) throws IOException {
        int code = CODES.getOrDefault(name, SPELT);
        out.writeByte(code);
        if (code == SPELT) {
            Bytes.writeText(name, out);
        }
    }

    private static String readName(DataInputView in) throws IOException {
        int code = in.readUnsignedByte();
        if (code == SPELT) {
            return Bytes.readText(in);
        }
        if (code >= USUAL.size()) {
            throw new IOException("Unknown header name " + code);
        }
        return USUAL.get(code);
    }
}
