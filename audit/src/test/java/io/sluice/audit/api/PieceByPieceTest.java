package io.sluice.audit.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class PieceByPieceTest {
    private static final Vertx VERTX = Vertx.vertx();

    @AfterAll
    static void close() throws Exception {
        VERTX.close().await(1, TimeUnit.MINUTES);
    }

    /** As on a full machine, where the worker is done before the event loop looks: an export stood still then. */
    @Test
    void piecesThatAreThereAtOnceTakeTheStackOfOne() throws Exception {
        int pieces = 20_000;
        AtomicInteger made = new AtomicInteger();
        Body body = new Body();

        new PieceByPiece(
                        VERTX.getOrCreateContext(),
                        () -> Future.succeededFuture(
                                made.getAndIncrement() < pieces ? Optional.of(new byte[] {'x'}) : Optional.empty()),
                        body)
                .send()
                .await(1, TimeUnit.MINUTES);

        assertThat(body.bytes).isEqualTo(pieces);
        assertThat(body.ended).isTrue();
    }

    @Test
    void aBodyWithAPieceThatFailsIsNotEnded() {
        Body body = new Body();
        assertThatThrownBy(() -> new PieceByPiece(
                                VERTX.getOrCreateContext(),
                                () -> Future.failedFuture(new IllegalStateException("no disk")),
                                body)
                        .send()
                        .await(1, TimeUnit.MINUTES))
                .hasStackTraceContaining("no disk");
        assertThat(body.ended).isFalse();
    }

    /** Takes each piece at once. */
    private static final class Body implements WriteStream<Buffer> {
        private volatile int bytes;
        private volatile boolean ended;

        @Override
        public Future<Void> write(Buffer piece) {
            bytes += piece.length();
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> end() {
            ended = true;
            return Future.succeededFuture();
        }

        @Override
        public WriteStream<Buffer> exceptionHandler(Handler<Throwable> handler) {
            return this;
        }

        @Override
        public WriteStream<Buffer> setWriteQueueMaxSize(int bytes) {
            return this;
        }

        @Override
        public boolean writeQueueFull() {
            return false;
        }

        @Override
        public WriteStream<Buffer> drainHandler(Handler<Void> handler) {
            return this;
        }
    }
}
