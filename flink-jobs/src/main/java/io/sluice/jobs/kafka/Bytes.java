package io.sluice.jobs.kafka;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/** Byte strings behind a 32-bit length; -1 stands for null. */
public final class Bytes {
    private Bytes() {}

    /** Writes a byte string. */
    public static void write(byte @Nullable [] bytes, DataOutputView out) throws IOException {
        if (bytes == null) {
            out.writeInt(-1);
        } else {
            out.writeInt(bytes.length);
            out.write(bytes);
        }
    }

    /** Reads what {@link #write} wrote. */
    public static byte @Nullable [] read(DataInputView in) throws IOException {
        int length = in.readInt();
        if (length < 0) {
            return null;
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }

    /** Writes a text. Not {@code writeUTF}: its limit is 65,535 bytes, and a hand-made header may be longer. */
    public static void writeText(String text, DataOutputView out) throws IOException {
        write(text.getBytes(StandardCharsets.UTF_8), out);
    }

    /** Reads what {@link #writeText} wrote. */
    public static String readText(DataInputView in) throws IOException {
        byte[] bytes = read(in);
        if (bytes == null) {
            throw new IOException("A text is missing");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
