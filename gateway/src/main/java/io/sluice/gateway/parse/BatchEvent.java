package io.sluice.gateway.parse;

import io.sluice.gateway.problem.Problem;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One event of a batch, cut out but not read. In clear; it goes no further than the seal.
 *
 * @param number its place in the batch
 * @param form how the batch carries it
 * @param body bytes that hold it, shared with its neighbours, never changed
 * @param from where it begins in them
 * @param to where it ends
 * @param id what the batch says its id is, null where that stands in the event or nowhere
 * @param fault why it is no event, null where it may be one
 */
public record BatchEvent(
        int number,
        BodyForm form,
        byte[] body,
        int from,
        int to,
        @Nullable String id,
        @Nullable Problem fault) {
    private static final byte[] NOTHING = new byte[0];

    /** An event that cannot be one. */
    static BatchEvent faulty(int number, BodyForm form, Problem fault) {
        return new BatchEvent(number, form, NOTHING, 0, 0, null, fault);
    }

    /** How many bytes it has. */
    public int length() {
        return to - from;
    }

    /** Its bytes, an array of their own where they share one. */
    byte[] bytes() {
        return from == 0 && to == body.length ? body : Arrays.copyOfRange(body, from, to);
    }

    @Override
    public String toString() {
        return "BatchEvent[" + number + ", " + length() + " bytes]";
    }
}
