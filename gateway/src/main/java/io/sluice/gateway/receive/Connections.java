package io.sluice.gateway.receive;

import io.sluice.gateway.operate.GatewayMetrics;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The cap on open connections, and the deadlines between requests. Vert.x' idle timeouts are renewed by every byte; these
 * are not. Thread-safe; one connection's guard lives on its event loop.
 */
final class Connections {
    private final Vertx vertx;
    private final ReceiveLimits limits;
    private final Duration longestRequest;
    private final GatewayMetrics metrics;
    private final AtomicInteger open = new AtomicInteger();
    private final Map<HttpConnection, Guard> guards = new ConcurrentHashMap<>();

    /** @param longestRequest how long a request may go on when its connection's life is over */
    Connections(Vertx vertx, ReceiveLimits limits, Duration longestRequest, GatewayMetrics metrics) {
        this.vertx = vertx;
        this.limits = limits;
        this.longestRequest = longestRequest;
        this.metrics = metrics;
    }

    /** Connections open now. */
    int open() {
        return open.get();
    }

    /** The guard of an open connection, null once it closed. */
    @Nullable
    Guard guard(HttpConnection connection) {
        return guards.get(connection);
    }

    /** Takes a connection in, or closes it when there are too many; null then. */
    @Nullable
    Guard opened(HttpConnection connection) {
        if (open.incrementAndGet() > limits.maxConnections()) {
            open.decrementAndGet();
            metrics.connectionRefused();
            connection.close().onFailure(gone -> {}); // gone is what it should be
            return null;
        }
        Guard guard = new Guard(connection);
        guard.start();
        return guard;
    }

    /** Watches one connection. All of it runs on the connection's event loop. */
    final class Guard {
        private final HttpConnection connection;
        private final long life;
        private long head;
        private int requests;
        private int begun;
        /** The request, counted from 1, whose body cannot be read on; 0 for none. */
        private int broken;
        /** Told of that. */
        private Runnable brokenHandler = () -> {};

        /** Generation of the trust under which its certificate was verified last; 0 before the first request. */
        private long verifiedUnder;

        private Guard(HttpConnection connection) {
            this.connection = connection;
            this.life = vertx.setTimer(
                    limits.connectionLife().toMillis(),
                    id -> connection.shutdown(longestRequest).onFailure(gone -> {}));
            this.head = awaitHead();
        }

        private void start() {
            guards.put(connection, this);
            connection.closeHandler(closed -> {
                vertx.cancelTimer(life);
                vertx.cancelTimer(head);
                guards.remove(connection);
                open.decrementAndGet();
            });
        }

        void requestBegan() {
            requests++;
            begun++;
            vertx.cancelTimer(head);
        }

        /** Hears if the body of the request that began last cannot be read on, at once where that is known. */
        void onBroken(Runnable handler) {
            brokenHandler = handler;
            if (broken == begun) {
                handler.run();
            }
        }

        /** The body of a request cannot be read on; it may still wait behind others. */
        void bodyBroken(int request) {
            broken = request;
            if (broken == begun) {
                brokenHandler.run();
            }
        }

        void requestEnded() {
            if (--requests == 0) {
                head = awaitHead();
            }
        }

        long verifiedUnder() {
            return verifiedUnder;
        }

        void verified(long generation) {
            verifiedUnder = generation;
        }

        private long awaitHead() {
            return vertx.setTimer(
                    limits.head().toMillis(), id -> connection.close().onFailure(gone -> {}));
        }
    }
}
