package io.sluice.gateway.receive;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.sluice.gateway.GatewayException;
import io.sluice.gateway.operate.ConnectionEnd;
import io.sluice.gateway.operate.GatewayMetrics;
import io.sluice.gateway.parse.BatchLimits;
import io.sluice.gateway.publish.BytesInFlight;
import io.sluice.serving.tls.HandshakeFault;
import io.sluice.serving.tls.ServerTls;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http1ServerConfig;
import io.vertx.core.http.Http2ServerConfig;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerConfig;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTPS server of the data port: TLS 1.3 with a client certificate always, HTTP/1.1 and HTTP/2, no
 * files, no WebSocket. It hands whole requests to the {@link Ingress}. Thread-safe.
 */
public final class DataServer {
    private static final Logger LOG = LoggerFactory.getLogger(DataServer.class);
    /** All of them, in 30 seconds: more than whoever waits a second each can send. Rapid ones: {@link ControlFrames}. */
    private static final int MAX_RESETS_PER_WINDOW = 5_000;

    private static final int CONNECTION_WINDOW_BYTES = 4 << 20;

    private final Vertx vertx;
    private final DataPortConfig config;
    private final ServerTls tls;
    private final GatewayMetrics metrics;
    private final Doorway doorway;
    private final Parts parts;
    private final Connections connections;
    private final Reception reception;
    private final List<HttpServer> servers = new CopyOnWriteArrayList<>();
    private volatile boolean draining;

    /** What every exchange needs. */
    record Parts(
            Vertx vertx,
            ReceiveLimits limits,
            BatchLimits batches,
            Decompression decompression,
            Ingress ingress,
            Turns workers,
            BytesInFlight inFlight,
            GatewayMetrics metrics) {}

    /**
     * @param doorway stands at the sockets of {@code vertx}, by a {@link DoorTransport}
     * @param batches bounds of a batch
     * @param workers runs what must not run on an event loop; refuses when it is full
     * @param inFlight the permit counter
     */
    public DataServer(
            Vertx vertx,
            Doorway doorway,
            DataPortConfig config,
            BatchLimits batches,
            ServerTls tls,
            Ingress ingress,
            Turns workers,
            BytesInFlight inFlight,
            GatewayMetrics metrics) {
        this.vertx = vertx;
        this.doorway = doorway;
        this.config = config;
        this.tls = tls;
        this.metrics = metrics;
        this.parts =
                new Parts(vertx, config.limits(), batches, config.decompression(), ingress, workers, inFlight, metrics);
        Duration longest = batches.duration().plus(config.limits().answer());
        this.connections = new Connections(vertx, config.limits(), longest, metrics);
        this.reception = new Reception(parts, tls, connections, () -> draining);
        metrics.gauge("connections", "Open connections of the data port", connections::open);
    }

    /**
     * Binds the port.
     *
     * @throws GatewayException where it is taken, naming port and setting
     */
    public void listen(Duration limit) {
        doorway.open(config.port()); // who comes while it binds counts; 0 is no port that anybody comes to
        Future<String> deployed = vertx.deployVerticle(
                () -> new VerticleBase() {
                    @Override
                    public Future<?> start() {
                        HttpServer server = server();
                        return server.listen(address()).onSuccess(servers::add);
                    }
                },
                new DeploymentOptions().setInstances(config.eventLoops()));
        try {
            deployed.await(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new GatewayException("The data port did not open within " + limit.toSeconds() + " seconds", e);
        } catch (Exception e) { // await throws whatever failed, checked or not
            throw GatewayException.port("data port", config.host(), config.port(), "gateway.port", e);
        }
        doorway.open(port()); // where it was picked
    }

    /** The bound port. */
    public int port() {
        return servers.get(0).actualPort();
    }

    /** Uses the certificate of the reloaded files for new connections. */
    public void reloadCertificate() {
        ServerSSLOptions options = sslOptions();
        servers.forEach(server -> server.updateSSLOptions(options, true)
                .onFailure(e -> LOG.atError()
                        .addKeyValue("fault", e.getClass().getName())
                        .log("The data port's new certificate cannot be used; the old one stays")));
    }

    /** Takes no new requests and waits for those under way. */
    public Future<?> drain() {
        draining = true;
        return Future.join(servers.stream()
                .map(server -> server.shutdown(config.limits().drain()))
                .toList());
    }

    /** Where all event loops listen: one port, also where a free one is picked. */
    private SocketAddress address() {
        return config.port() == 0
                ? SocketAddress.sharedRandomPort(1, config.host())
                : SocketAddress.inetSocketAddress(config.port(), config.host());
    }

    /** Whatever ends a connection knowingly, with an answer or a count, has to come before the idle timeout. */
    private Duration longestSilence() {
        Duration head = config.limits().head();
        Duration stall = parts.batches().stall();
        return head.compareTo(stall) > 0 ? head : stall;
    }

    private HttpServer server() {
        ReceiveLimits limits = config.limits();
        HttpServerConfig http = new HttpServerConfig()
                .setVersions(HttpVersion.HTTP_1_1, HttpVersion.HTTP_2)
                .setTcpHost(config.host())
                .setTcpPort(config.port())
                .setIdleTimeout(longestSilence().plus(limits.answer()))
                .setHandle100ContinueAutomatically(false)
                .setHttp1Config(new Http1ServerConfig()
                        .setMaxHeaderSize(limits.maxHeaderBytes())
                        .setMaxInitialLineLength(limits.maxLineBytes()))
                .setHttp2Config(new Http2ServerConfig()
                        .setConnectionWindowSize(CONNECTION_WINDOW_BYTES)
                        .setRstFloodMaxRstFramePerWindow(MAX_RESETS_PER_WINDOW)
                        .setInitialSettings(new Http2Settings()
                                .setPushEnabled(false)
                                .setMaxConcurrentStreams(limits.maxStreams())
                                .setMaxHeaderListSize(limits.maxHeaderBytes())));
        return vertx.httpServerBuilder()
                .with(http)
                .with(sslOptions())
                .with(tls.engine(channel -> {
                    if (doorway.handshaken(channel)) {
                        StreamOrder.install(channel);
                    }
                }))
                .build()
                .connectionHandler(connection -> {
                    Connections.Guard guard = connections.opened(connection);
                    if (guard != null) {
                        guard.onLateHead(StrictRequestDecoder.install(connection, limits, guard::bodyBroken));
                        StrictHeads.install(connection);
                        ControlFrames.install(connection);
                        connection.exceptionHandler(fault -> judge(connection, guard, fault));
                    }
                })
                .exceptionHandler(this::handshakeRefused)
                .invalidRequestHandler(reception::malformed)
                .requestHandler(request -> reception.receive(request, vertx.getOrCreateContext()));
    }

    /** Of what ends a connection of HTTP/2; Netty and {@link ControlFrames} end whoever floods with one error of its own. */
    private void judge(HttpConnection connection, Connections.Guard guard, Throwable fault) {
        if (!(fault instanceof Http2Exception broken) || Http2Exception.isStreamError(broken)) {
            return;
        }
        boolean flood = broken.error() == Http2Error.ENHANCE_YOUR_CALM;
        ConnectionEnd reason = flood ? ConnectionEnd.FLOOD : ConnectionEnd.HTTP2_PROTOCOL;
        if (guard.ends(reason)) {
            parts.ingress.ended(reason, Reception.peer(connection));
        }
        if (flood) {
            doorway.flooded(
                    ((HttpServerConnection) connection).channelHandlerContext().channel());
        }
    }

    private ServerSSLOptions sslOptions() {
        return tls.options()
                .setSslHandshakeTimeout(config.limits().handshake().toMillis())
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
    }

    private void handshakeRefused(Throwable thrown) {
        HandshakeFault fault = HandshakeFault.of(thrown);
        metrics.handshakeRefused(fault);
        parts.ingress.refused(fault);
    }
}
