package io.sluice.gateway.receive;

import io.sluice.gateway.problem.Problem;
import io.sluice.gateway.publish.BytesInFlight;
import java.util.ArrayList;
import java.util.List;

/** A compressed body that is held whole. */
final class GzipBody {
    private GzipBody() {}

    /**
     * Inflates it, on a worker. What it inflates to is taken from the permit before more is inflated, so that it counts while
     * the compressed bytes do. While the pieces are joined they are there twice and count once: of the held bodies at most as
     * many at a time as there are workers.
     *
     * @param maxBytes most inflated bytes
     * @param tooLarge what more of them leads to
     * @throws io.sluice.gateway.problem.RefusedException where it is not readable, inflates too far, or there is no room
     */
    static byte[] inflated(
            byte[] sent, Decompression limits, BytesInFlight.Permit permit, int maxBytes, Problem tooLarge) {
        permit.extend(GzipDecoder.STATE_BYTES);
        try (GzipDecoder decoder = new GzipDecoder(limits, maxBytes, tooLarge)) {
            decoder.feed(sent);
            List<byte[]> pieces = new ArrayList<>();
            int length = 0;
            for (byte[] piece = decoder.next(); piece != null; piece = decoder.next()) {
                permit.extend(piece.length);
                pieces.add(piece);
                length += piece.length;
            }
            decoder.finish();
            return joined(pieces, length);
        }
    }

    private static byte[] joined(List<byte[]> pieces, int length) {
        byte[] body = new byte[length];
        int at = 0;
        for (byte[] piece : pieces) {
            System.arraycopy(piece, 0, body, at, piece.length);
            at += piece.length;
        }
        return body;
    }
}
