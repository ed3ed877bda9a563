package io.sluice.gateway.receive;

import io.sluice.gateway.operate.ConnectionEnd;
import io.sluice.gateway.operate.ConnectionRefusal;
import io.sluice.gateway.operate.GatewayMetrics;
import io.sluice.serving.tls.CertificateIdentity;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * The cap on open connections and each caller's share of it, and the deadlines between requests. Vert.x' idle timeouts are renewed by every byte; these
 * are not. Thread-safe; one connection's guard lives on its event loop.
 */
final class Connections {
    private static final Runnable NOBODY = () -> {};

    private final Vertx vertx;
    private final ReceiveLimits limits;
    private final Duration longestRequest;
    private final GatewayMetrics metrics;
    private final FairShare places;
    private final Map<HttpConnection, Guard> guards = new ConcurrentHashMap<>();

    /** @param longestRequest how long a request may go on when its connection's life is over */
    Connections(Vertx vertx, ReceiveLimits limits, Duration longestRequest, GatewayMetrics metrics) {
        this.vertx = vertx;
        this.limits = limits;
        this.longestRequest = longestRequest;
        this.metrics = metrics;
        this.places = new FairShare(limits.maxConnections());
    }

    /** Connections open now. */
    int open() {
        return places.used();
    }

    /** The guard of an open connection, null once it closed. */
    @Nullable
    Guard guard(HttpConnection connection) {
        return guards.get(connection);
    }

    /** Takes a connection in, or closes it when there are too many, or too many of its caller's; null then. */
    @Nullable
    Guard opened(HttpConnection connection) {
        String holder = holder(connection);
        FairShare.Verdict verdict = places.take(holder);
        if (verdict != FairShare.Verdict.TAKEN) {
            metrics.refused(verdict == FairShare.Verdict.FULL ? ConnectionRefusal.CAP : ConnectionRefusal.SHARE);
            connection.close().onFailure(gone -> {}); // gone is what it should be
            return null;
        }
        Guard guard = new Guard(connection, holder);
        guard.start();
        return guard;
    }

    /** Whose share a connection takes: the names of its certificate. */
    private static String holder(HttpConnection connection) {
        try {
            return String.join(" ", CertificateIdentity.of((X509Certificate)
                    connection.peerCertificates().get(0)));
        } catch (SSLPeerUnverifiedException gone) {
            return ""; // it closed meanwhile, and its place is given back at once
        }
    }

    /** Watches one connection. All of it runs on the connection's event loop. */
    final class Guard {
        private final HttpConnection connection;
        private final String holder;
        private final long life;
        private long head;
        private int requests;
        private int begun;
        /** The request, counted from 1, whose body cannot be read on; 0 for none. */
        private int broken;
        /** Told of that. Let go with its request, as it holds all of it. */
        private Runnable brokenHandler = NOBODY;
        /** The last request of which nothing more comes or goes, counted from 1. */
        private int over;

        /** Whether a part of the head that is awaited came. */
        private BooleanSupplier headBegan = () -> false;

        /** Whether it is known why it ends. */
        private boolean ended;

        /** Generation of the trust under which its certificate was verified last; 0 before the first request. */
        private long verifiedUnder;

        private Guard(HttpConnection connection, String holder) {
            this.connection = connection;
            this.holder = holder;
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
                places.release(holder);
            });
        }

        /** @return which request it is, from 1 */
        int requestBegan() {
            requests++;
            vertx.cancelTimer(head);
            return ++begun;
        }

        /** Hears until it is over if the body of the request that began last cannot be read on, at once where that is known. */
        void onBroken(Runnable handler) {
            if (over == begun) {
                return;
            }
            brokenHandler = handler;
            if (broken == begun) {
                handler.run();
            }
        }

        /** The body of a request was read and its answer written: a connection that lives on keeps nothing of it. */
        void requestOver(int request) {
            if (request == begun) {
                over = request;
                brokenHandler = NOBODY;
            }
        }

        /** The body of a request cannot be read on; it may still wait behind others. */
        void bodyBroken(int request) {
            broken = request;
            if (broken == begun) {
                brokenHandler.run();
            }
        }

        /** Once for each that began. */
        void requestEnded() {
            if (--requests == 0 && guards.containsKey(connection)) {
                head = awaitHead();
            }
        }

        long verifiedUnder() {
            return verifiedUnder;
        }

        void verified(long generation) {
            verifiedUnder = generation;
        }

        /** Has it asked, when a head is late, whether a part of it came. */
        void onLateHead(BooleanSupplier began) {
            headBegan = began;
        }

        /** Why it ends; counted once. @return whether this is the first reason */
        boolean ends(ConnectionEnd reason) {
            boolean first = !ended;
            if (first) {
                ended = true;
                metrics.ended(reason);
            }
            return first;
        }

        private long awaitHead() {
            return vertx.setTimer(limits.head().toMillis(), id -> {
                ends(begun == 0 || headBegan.getAsBoolean() ? ConnectionEnd.HEAD_TIMEOUT : ConnectionEnd.IDLE);
                connection.close().onFailure(gone -> {});
            });
        }
    }
}
