package io.sluice.audit.operate;

import io.sluice.serving.operate.ManagementConfig;
import io.sluice.serving.operate.ManagementServer;
import io.sluice.serving.operate.OpenApi;
import io.sluice.serving.operate.Readiness;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;

/** The management port of the audit room: {@code /livez}, {@code /readyz}, {@code /metrics}. Thread-safe. */
public final class AuditManagement implements AutoCloseable {
    private static final long LIMIT_SECONDS = 30;

    private final Vertx vertx;
    private final ManagementServer server;

    private AuditManagement(Vertx vertx, ManagementServer server) {
        this.vertx = vertx;
        this.server = server;
    }

    /**
     * Binds the port.
     *
     * @throws IllegalStateException where it is taken
     */
    public static AuditManagement start(ManagementConfig config, Readiness readiness, AuditMetrics metrics) {
        Vertx vertx = Vertx.vertx();
        ManagementServer server = new ManagementServer(vertx, config, readiness, metrics::scrape, OpenApi.of("audit"));
        AuditManagement management = new AuditManagement(vertx, server);
        try {
            server.listen().await(LIMIT_SECONDS, TimeUnit.SECONDS);
            return management;
        } catch (Exception e) { // await throws whatever failed, checked or not
            management.close();
            throw new IllegalStateException("the management port " + server + " cannot be bound: " + e.getMessage(), e);
        }
    }

    /** The bound port. */
    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS)
                .join();
    }
}
