package io.sluice.jobs.protect;

import io.sluice.core.audit.NoticeOutcome;
import io.sluice.core.audit.NoticeOutcome.Untold;
import io.sluice.core.audit.SubjectErasure;
import io.sluice.core.event.Tags;
import io.sluice.jobs.kafka.Codec;
import java.io.IOException;
import java.time.Instant;
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
        return 2; // 1 had no erasure
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
        SubjectErasure erasure = choices.erasure();
        out.writeBoolean(erasure != null);
        if (erasure != null) {
            write(erasure, out);
        }
    }

    @Override
    public StandingChoices read(int version, DataInputView in) throws IOException {
        return new StandingChoices(
                readList(in), readList(in), readList(in), version >= 2 && in.readBoolean() ? readErasure(in) : null);
    }

    private static void write(SubjectErasure erasure, DataOutputView out) throws IOException {
        out.writeUTF(erasure.entry());
        out.writeUTF(Tags.timestamp(erasure.received()));
        out.writeBoolean(erasure.returned());
        out.writeInt(erasure.recipients().size());
        for (NoticeOutcome recipient : erasure.recipients()) {
            out.writeUTF(recipient.recipient());
            writeList(recipient.releasedIds(), out);
            Untold untold = recipient.untold();
            out.writeUTF(untold == null ? "" : untold.code());
        }
    }

    private static SubjectErasure readErasure(DataInputView in) throws IOException {
        String entry = in.readUTF();
        Instant received = Instant.parse(in.readUTF());
        boolean returned = in.readBoolean();
        int count = in.readInt();
        List<NoticeOutcome> recipients = new ArrayList<>(Math.min(count, 64));
        for (int i = 0; i < count; i++) {
            String recipient = in.readUTF();
            List<String> ids = readList(in);
            String untold = in.readUTF();
            recipients.add(new NoticeOutcome(recipient, ids, untold.isEmpty() ? null : Untold.ofCode(untold)));
        }
        return new SubjectErasure(entry, received, recipients, returned);
    }

    private static void writeList(List<String> codes, DataOutputView out) throws IOException {
        out.writeInt(codes.size());
        for (String code : codes) {
            out.writeUTF(code); // at most 64 characters: Names.MAX_CHARS
        }
    }

    private static List<String> readList(DataInputView in) throws IOException {
        int count = in.readInt();
        List<String> codes = new ArrayList<>(Math.min(count, 64));
        for (int i = 0; i < count; i++) {
            codes.add(in.readUTF());
        }
        return codes;
    }
}
