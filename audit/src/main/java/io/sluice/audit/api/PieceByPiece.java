package io.sluice.audit.api;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Sends a body piece by piece. A piece is made when the one before is on its way, so an export takes the memory of one.
 *
 * <p>Each step begins anew in the context. Called from the step before, it would lie on that one's stack wherever a piece was
 * made before anybody waited for it: with a few hundred of those the stack is full, the error is lost on it, and the answer
 * stands still. For one body.
 */
final class PieceByPiece {
    private final Context context;
    private final Supplier<Future<Optional<byte[]>>> source;
    private final WriteStream<Buffer> body;
    private final Promise<Void> sent = Promise.promise();

    /**
     * @param context where the body is written
     * @param source makes the next piece; empty after the last
     * @param body ended after the last piece, not where one fails
     */
    PieceByPiece(Context context, Supplier<Future<Optional<byte[]>>> source, WriteStream<Buffer> body) {
        this.context = context;
        this.source = source;
        this.body = body;
    }

    /** Sends it; failed where a piece cannot be made or written. */
    Future<Void> send() {
        context.runOnContext(turn -> step());
        return sent.future();
    }

    private void step() {
        source.get()
                .compose(piece -> piece.isPresent()
                        ? body.write(Buffer.buffer(piece.get())).map(true)
                        : body.end().map(false))
                .onComplete(step -> {
                    if (step.failed()) {
                        sent.fail(step.cause());
                    } else if (step.result()) {
                        context.runOnContext(turn -> step());
                    } else {
                        sent.complete();
                    }
                });
    }
}
