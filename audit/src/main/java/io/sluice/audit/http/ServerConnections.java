package io.sluice.audit.http;

import io.sluice.serving.address.Network;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The connections of a server of HTTP/1.1: bounded in number by {@link ConnectionShare}, and each has so long for a whole
 * request, however slowly its bytes come, from its opening or from the answer before. Takes the connection's close handler.
 * Thread-safe.
 */
public final class ServerConnections {
    private final Vertx vertx;
    private final long patienceMs;

    /** For each connection that has to bring a request, the timer that closes it. */
    private final Map<HttpConnection, Long> waiting = new ConcurrentHashMap<>();

    /** @param patience for a whole request */
    public ServerConnections(Vertx vertx, Duration patience) {
        this.vertx = vertx;
        this.patienceMs = patience.toMillis();
    }

    /** A connection was opened: it is counted in each of the shares, or closed where one of them is used up. */
    public void opened(HttpConnection connection, List<ConnectionShare> shares) {
        Network network = Network.of(connection.remoteAddress().hostAddress());
        List<ConnectionShare> entered = new ArrayList<>();
        for (ConnectionShare share : shares) {
            if (!share.enter(network)) {
                entered.forEach(one -> one.leave(network));
                connection.close().onFailure(gone -> {}); // gone is what it should be
                return;
            }
            entered.add(share);
        }
        connection.closeHandler(closed -> {
            entered.forEach(one -> one.leave(network));
            hasCome(connection);
        });
        await(connection);
    }

    /** Its request was answered: it has so long for the next. */
    public void await(HttpConnection connection) {
        long timer = vertx.setTimer(patienceMs, late -> {
            waiting.remove(connection, late);
            connection.close().onFailure(gone -> {});
        });
        Long before = waiting.put(connection, timer);
        if (before != null) {
            vertx.cancelTimer(before);
        }
    }

    /** Its request has come. */
    public void hasCome(HttpConnection connection) {
        Long timer = waiting.remove(connection);
        if (timer != null) {
            vertx.cancelTimer(timer);
        }
    }
}
