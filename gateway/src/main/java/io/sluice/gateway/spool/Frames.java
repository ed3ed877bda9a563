package io.sluice.gateway.spool;

import io.sluice.protection.seal.Header;
import io.sluice.protection.seal.SealedEvent;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * How sealed events stand in a segment, one behind the other: length of the body (4 bytes), CRC-32C of the body (4), body. The body is
 * key, number of headers, names and values of the headers, value; each field its length (4) and its bytes. Big-endian.
 */
final class Frames {
    private static final int HEAD_BYTES = 8;

    private Frames() {}

    /**
     * What a segment holds.
     *
     * @param events in their order
     * @param left bytes behind them that are no whole frame: what a crash left of one that was never acknowledged, or damage
     */
    record Read(List<SealedEvent> events, int left) {}

    static byte[] write(SealedEvent event) {
        int length = 4 + event.key().length + 4 + 4 + event.value().length;
        for (Header header : event.headers()) {
            length += 8 + header.name().getBytes(StandardCharsets.UTF_8).length + header.required().length;
        }
        ByteBuffer frame = ByteBuffer.allocate(HEAD_BYTES + length).position(HEAD_BYTES);
        field(frame, event.key());
        frame.putInt(event.headers().size());
        for (Header header : event.headers()) {
            field(frame, header.name().getBytes(StandardCharsets.UTF_8));
            field(frame, header.required());
        }
        field(frame, event.value());
        return frame.putInt(0, length)
                .putInt(4, checksum(frame.array(), HEAD_BYTES, length))
                .array();
    }

    static Read read(byte[] segment) {
        List<SealedEvent> events = new ArrayList<>();
        ByteBuffer bytes = ByteBuffer.wrap(segment);
        while (bytes.remaining() >= HEAD_BYTES) {
            int at = bytes.position();
            int length = bytes.getInt();
            int checksum = bytes.getInt();
            if (length <= 0 || length > bytes.remaining() || checksum != checksum(segment, bytes.position(), length)) {
                return new Read(events, segment.length - at);
            }
            events.add(event(bytes.slice(bytes.position(), length)));
            bytes.position(bytes.position() + length);
        }
        return new Read(events, bytes.remaining());
    }

    private static SealedEvent event(ByteBuffer body) {
        try {
            byte[] key = field(body);
            List<Header> headers = new ArrayList<>();
            for (int left = body.getInt(); left > 0; left--) {
                headers.add(new Header(new String(field(body), StandardCharsets.UTF_8), field(body)));
            }
            return new SealedEvent(key, headers, field(body));
        } catch (BufferUnderflowException | NegativeArraySizeException e) {
            throw new IllegalStateException("A frame of the spool has its checksum and not its form", e);
        }
    }

    private static void field(ByteBuffer to, byte[] field) {
        to.putInt(field.length).put(field);
    }

    private static byte[] field(ByteBuffer from) {
        byte[] field = new byte[from.getInt()];
        from.get(field);
        return field;
    }

    private static int checksum(byte[] bytes, int from, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, from, length);
        return (int) checksum.getValue();
    }
}
