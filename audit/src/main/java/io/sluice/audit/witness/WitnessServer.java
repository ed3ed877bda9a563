package io.sluice.audit.witness;

import io.sluice.audit.http.ConnectionShare;
import io.sluice.audit.http.ServerConnections;
import io.sluice.audit.http.SoleServer;
import io.sluice.serving.address.AddressBudgets;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.util.List;

/**
 * A witness over HTTPS: {@code POST /add-checkpoint}, {@code GET /<hex SHA-256 of an origin>/checkpoint}, and {@code
 * /livez}. Signs and writes on one worker thread at a time.
 *
 * <p>Anybody may ask, so what strangers can take is bounded: {@value #MAX_CONNECTIONS} connections, {@value
 * #MAX_OF_NETWORK} of one address, with one request each at a time (HTTP/1.1), of which {@value WitnessRequests#MAX_REQUESTS} are judged or wait for it, the others are answered 503; what one address
 * asks beyond its {@link AddressBudgets budget} is answered 429; and a connection that brings no whole request within the configured
 * time is closed.
 *
 * <p>Thread-safe; closing ends the server, not the witness.
 */
public final class WitnessServer implements AutoCloseable {
    static final int MAX_CONNECTIONS = 256;
    static final int MAX_OF_NETWORK = 64;

    private final SoleServer server;

    private WitnessServer(SoleServer server) {
        this.server = server;
    }

    /**
     * Starts serving and waits until it does.
     *
     * @throws IllegalStateException where the port is taken or the certificate cannot be read
     */
    public static WitnessServer start(WitnessServerConfig config, Witness witness) {
        HttpServerOptions options = SoleServer.bounded(config.idleTimeout());
        WitnessServerConfig.Tls tls = config.tls();
        if (tls != null) {
            SoleServer.secure(
                    options, tls.chain(), tls.key(), false); // HTTP/1.1: a bound on connections is one on requests
        }
        return new WitnessServer(SoleServer.start(
                "witness",
                config.host(),
                config.port(),
                options,
                (vertx, server) -> bind(vertx, server, config, witness)));
    }

    private static void bind(Vertx vertx, HttpServer server, WitnessServerConfig config, Witness witness) {
        ServerConnections connections = new ServerConnections(vertx, config.idleTimeout());
        ConnectionShare share = new ConnectionShare(MAX_CONNECTIONS, MAX_OF_NETWORK);
        server.connectionHandler(connection -> connections.opened(connection, List.of(share)))
                .requestHandler(new WitnessRequests(vertx, witness, connections));
    }

    /** Its address, the submission prefix and the monitoring prefix, without a slash at its end. */
    public String address() {
        return server.address();
    }

    @Override
    public void close() {
        server.close();
    }
}
