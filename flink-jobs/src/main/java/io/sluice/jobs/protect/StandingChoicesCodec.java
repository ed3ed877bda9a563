package io.sluice.jobs.protect;

import io.sluice.jobs.kafka.Codec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Bytes of {@link StandingChoices} in keyed state. */
enum StandingChoicesCodec implements Codec<StandingChoices> {
    /** The codec. */
    INSTANCE;

    @Override
    public int version() {
        return 1;
    }

    @Override
    public Class<StandingChoices> type() {
        return StandingChoices.class;
    }

    @Override
    public void write(StandingChoices choices, DataOutputView out) throws IOException {
        writeList(choices.consents(), out);
        writeList(choices.objections(), out);
        writeList(choices.restrictions(), out);
    }

    @Override
    public StandingChoices read(int version, DataInputView in) throws IOException {
        return new StandingChoices(readList(in), readList(in), readList(in));
    }

    private static void writeList(List<String> purposes, DataOutputView out) throws IOException {
        out.writeInt(purposes.size());
        for (String purpose : purposes) {
            out.writeUTF(purpose); // at most 64 characters: Names.MAX_CHARS
        }
    }

    private static List<String> readList(DataInputView in) throws IOException {
        int count = in.readInt();
        List<String> purposes = new ArrayList<>(Math.min(count, 64));
        for (int i = 0; i < count; i++) {
            purposes.add(in.readUTF());
        }
        return purposes;
    }
}
