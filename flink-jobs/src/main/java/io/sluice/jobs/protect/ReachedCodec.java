package io.sluice.jobs.protect;

import io.sluice.core.decision.Envelope;
import io.sluice.jobs.kafka.Codec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Bytes of {@link Reached} in keyed state. */
enum ReachedCodec implements Codec<Reached> {
    /** The codec. */
    INSTANCE;

    @Override
    public int version() {
        return 1;
    }

    @Override
    public Class<Reached> type() {
        return Reached.class;
    }

    @Override
    public void write(Reached reached, DataOutputView out) throws IOException {
        out.writeInt(reached.recipients().size());
        for (Map.Entry<String, Reached.Reach> recipient : reached.recipients().entrySet()) {
            out.writeUTF(recipient.getKey()); // ids have at most 64 characters: Names.MAX_CHARS
            Reached.Reach reach = recipient.getValue();
            out.writeInt(reach.purposes().size());
            for (String purpose : reach.purposes()) {
                out.writeUTF(purpose);
            }
            out.writeBoolean(reach.named());
            out.writeBoolean(reach.keyed());
            out.writeUTF(reach.time().name());
        }
    }

    @Override
    public Reached read(int version, DataInputView in) throws IOException {
        SortedMap<String, Reached.Reach> recipients = new TreeMap<>();
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            String recipient = in.readUTF();
            int purposes = in.readInt();
            List<String> read = new ArrayList<>(Math.min(purposes, 64));
            for (int p = 0; p < purposes; p++) {
                read.add(in.readUTF());
            }
            recipients.put(
                    recipient,
                    new Reached.Reach(read, in.readBoolean(), in.readBoolean(), Envelope.Time.valueOf(in.readUTF())));
        }
        return new Reached(recipients);
    }
}
