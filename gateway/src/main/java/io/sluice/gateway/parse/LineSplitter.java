package io.sluice.gateway.parse;

import io.sluice.core.encoding.EightBytes;
import io.sluice.gateway.answer.Numbering;
import io.sluice.gateway.answer.Stop;
import io.sluice.gateway.problem.Problem;
import io.sluice.gateway.problem.ProblemCode;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Cuts an NDJSON body into lines while it arrives. A line ends with a line feed, with or without a carriage return before
 * it; the last one may end with the body. Blank lines count and carry nothing. A line that is too large is skipped to its
 * end and fails alone. Lines are cut when they are asked for, so what it holds is what it was fed and nobody took.
 *
 * <p>Not thread-safe.
 */
public final class LineSplitter implements BatchSource {
    private final BatchLimits limits;
    private final int maxEventBytes;
    private final Deque<byte[]> chunks = new ArrayDeque<>();
    private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
    private byte[] chunk = new byte[0];
    private int at;
    private long chunkBytes;
    private long fedBytes;
    private boolean overlong;
    private boolean finished;
    private int lines;
    private int events;
    /** Why the body is cut off behind what was fed; lines before are still read. */
    private @Nullable Problem cutOff;

    private @Nullable Stop stop;

    public LineSplitter(BatchLimits limits, int maxEventBytes) {
        this.limits = limits;
        this.maxEventBytes = maxEventBytes;
    }

    /** Takes bytes of the body, which become its own. */
    public void feed(byte[] bytes) {
        if (!takesMore()) {
            return;
        }
        fedBytes += bytes.length;
        if (fedBytes > limits.maxBytes()) {
            cutOff = tooLarge(limits);
        } else {
            chunks.add(bytes);
            chunkBytes += bytes.length;
        }
    }

    /** Nothing more comes, and not because the body is whole: lines that came whole are still read, then it stops. */
    public void cutOff(Problem why) {
        if (cutOff == null) {
            cutOff = why;
        }
    }

    /** Whether it has a use for more bytes. */
    public boolean takesMore() {
        return stop == null && cutOff == null;
    }

    /** The body is whole. */
    public void finish() {
        finished = true;
    }

    @Override
    public Numbering numbering() {
        return Numbering.LINE;
    }

    @Override
    public @Nullable BatchEvent next() {
        while (stop == null) {
            byte[] line = line();
            if (line == null) {
                if (cutOff != null) {
                    stop(cutOff);
                }
                return null;
            }
            boolean skipped = overlong;
            overlong = false;
            if (lines >= limits.maxLines()) {
                stop(tooLarge("A batch has at most " + limits.maxLines() + " lines"));
            } else if (!skipped && blank(line)) {
                lines++;
            } else if (events >= limits.maxEvents()) {
                stop(tooLarge("A batch has at most " + limits.maxEvents() + " events"));
            } else {
                lines++;
                events++;
                return skipped
                        ? BatchEvent.faulty(lines, BodyForm.LINES, EventParser.eventTooLarge(maxEventBytes))
                        : new BatchEvent(lines, BodyForm.LINES, line, 0, line.length, null, null);
            }
        }
        return null;
    }

    /** Bytes up to the next line feed, or to the body's end; null where that has not come. */
    private byte @Nullable [] line() {
        while (more()) {
            int from = at;
            int end = EightBytes.indexOf((byte) '\n', chunk, from);
            boolean whole = end < chunk.length;
            at = whole ? end + 1 : end;
            chunkBytes -= at - from;
            if (whole && !overlong && partial.size() == 0) {
                return withoutReturn(Arrays.copyOfRange(chunk, from, end));
            }
            keep(from, end);
            if (whole) {
                return joined();
            }
        }
        return finished && cutOff == null && (overlong || partial.size() > 0) ? joined() : null;
    }

    private void keep(int from, int end) {
        // One byte more than an event may have, for the carriage return.
        if (!overlong && partial.size() + end - from <= maxEventBytes + 1) {
            partial.write(chunk, from, end - from);
        } else {
            overlong = true;
            partial.reset();
        }
    }

    private byte[] joined() {
        byte[] line = partial.toByteArray();
        partial.reset();
        return withoutReturn(line);
    }

    private byte[] withoutReturn(byte[] line) {
        boolean returned = line.length > 0 && line[line.length - 1] == '\r';
        int length = returned ? line.length - 1 : line.length;
        overlong |= length > maxEventBytes;
        return returned ? Arrays.copyOf(line, length) : line;
    }

    private boolean more() {
        while (at == chunk.length) {
            byte[] next = chunks.poll();
            if (next == null) {
                return false;
            }
            chunk = next;
            at = 0;
        }
        return true;
    }

    private static boolean blank(byte[] line) {
        for (byte b : line) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean ended() {
        return stop != null || finished && chunkBytes == 0 && partial.size() == 0 && !overlong && cutOff == null;
    }

    @Override
    public long heldBytes() {
        return chunkBytes + partial.size();
    }

    @Override
    public void stop(Problem why) {
        if (stop == null) {
            stop = new Stop(lines + 1, why);
            chunks.clear();
            chunk = new byte[0];
            at = 0;
            chunkBytes = 0;
            partial.reset();
        }
    }

    @Override
    public @Nullable Stop stopped() {
        return stop;
    }

    /** What a body of too many bytes leads to. */
    public static Problem tooLarge(BatchLimits limits) {
        return tooLarge("A batch of lines has at most " + limits.maxBytes() + " bytes");
    }

    private static Problem tooLarge(String what) {
        return Problem.of(
                ProblemCode.BATCH_TOO_LARGE, what + "; send the rest, from this line on, in another request.");
    }
}
