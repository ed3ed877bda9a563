package io.sluice.gateway.receive;

import io.sluice.gateway.problem.Problem;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Inflates a body that is one gzip member (RFC 1952) and nothing else, in small pieces and only as they are asked for, so
 * that a bomb is noticed and not held. Several members are refused though the format allows them: readers differ there, and
 * nobody else may see another body than we. Not thread-safe; {@link #close} frees what the JVM does not count.
 */
final class GzipDecoder implements AutoCloseable {
    /** Most bytes of a piece. */
    static final int PIECE_BYTES = 16 << 10;
    /** About what it holds beside the bytes that it was fed: a window of 32 KiB, tables, a piece. */
    static final int STATE_BYTES = 64 << 10;

    private static final int TRAILER_BYTES = 8;

    private final Decompression limits;
    private final long maxBytes;
    private final Problem tooLarge;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final byte[] piece = new byte[PIECE_BYTES];
    private final GzipHead head = new GzipHead();
    private final byte[] trailer = new byte[TRAILER_BYTES];
    private byte[] input = new byte[0];
    /** Of the input, outside of the compressed data. */
    private int at;

    private Part part = Part.HEAD;
    private int trailerBytes;
    private long wireBytes;
    private long inflatedBytes;

    private enum Part {
        HEAD,
        DATA,
        TRAILER
    }

    /** A body that is not what it says. The message is for the caller and quotes nothing. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed(String what) {
            super(what, null, false, false);
        }
    }

    /**
     * @param maxBytes most bytes, before and after
     * @param tooLarge what more of them leads to
     */
    GzipDecoder(Decompression limits, long maxBytes, Problem tooLarge) {
        this.limits = limits;
        this.maxBytes = maxBytes;
        this.tooLarge = tooLarge;
    }

    /** Takes bytes of the body, once {@link #next} has none any more. */
    void feed(byte[] bytes) {
        input = bytes;
        at = 0;
        wireBytes += bytes.length;
        if (part == Part.DATA) {
            inflater.setInput(bytes);
        }
    }

    /**
     * The next inflated bytes; null where they have not come.
     *
     * @throws RefusedException {@code content-encoding-malformed}, {@code compression-ratio}, or what too many bytes lead to
     */
    byte @Nullable [] next() {
        if (wireBytes > maxBytes) {
            throw new RefusedException(tooLarge);
        }
        try {
            while (part == Part.HEAD && at < input.length) {
                if (head.feed(input[at++])) {
                    part = Part.DATA;
                    inflater.setInput(input, at, input.length - at);
                }
            }
            int inflated = part == Part.DATA ? inflate() : 0;
            if (inflated > 0) {
                return Arrays.copyOf(piece, inflated);
            }
            while (part == Part.TRAILER && at < input.length) {
                trailer(input[at++]);
            }
            return null;
        } catch (Malformed e) {
            throw malformed(String.valueOf(e.getMessage()));
        } catch (DataFormatException e) {
            throw malformed("the compressed data are damaged");
        }
    }

    /** The body is whole. @throws RefusedException {@code content-encoding-malformed} where the member is not */
    void finish() {
        if (part != Part.TRAILER || trailerBytes < TRAILER_BYTES) {
            throw malformed("it ends too early");
        }
    }

    @Override
    public void close() {
        inflater.end();
    }

    private int inflate() throws DataFormatException {
        int inflated = inflater.inflate(piece);
        inflatedBytes += inflated;
        if (inflatedBytes > maxBytes) {
            throw new RefusedException(tooLarge);
        }
        if (inflatedBytes > Decompression.FLOOR_BYTES && inflatedBytes / limits.maxRatio() > inflater.getBytesRead()) {
            throw RefusedException.of(
                    ProblemCode.COMPRESSION_RATIO,
                    "A compressed body inflates to at most " + limits.maxRatio()
                            + " times its bytes; send it uncompressed.");
        }
        crc.update(piece, 0, inflated);
        if (inflater.finished()) {
            part = Part.TRAILER;
            at = input.length - inflater.getRemaining();
        }
        return inflated;
    }

    private void trailer(byte here) throws Malformed {
        if (trailerBytes == TRAILER_BYTES) {
            throw new Malformed("something stands behind its gzip member");
        }
        trailer[trailerBytes++] = here;
        if (trailerBytes == TRAILER_BYTES
                && (number(0) != crc.getValue() || number(4) != (inflatedBytes & 0xffffffffL))) {
            throw new Malformed("its CRC-32 or its length is wrong");
        }
    }

    private long number(int from) {
        long number = 0;
        for (int i = 3; i >= 0; i--) {
            number = number << 8 | trailer[from + i] & 0xff;
        }
        return number;
    }

    private static RefusedException malformed(String what) {
        return RefusedException.of(
                ProblemCode.CONTENT_ENCODING_MALFORMED,
                "The body is not readable as gzip: " + what + ". Send one member (RFC 1952), whole.");
    }
}
