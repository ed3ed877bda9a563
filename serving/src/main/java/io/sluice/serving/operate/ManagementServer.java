package io.sluice.serving.operate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * {@code /livez}, {@code /readyz}, {@code /metrics}, {@code /openapi.json}. Says nothing about events or subjects. Checks
 * run on the event loop, hence must not block.
 */
public final class ManagementServer {
    private static final int MAX_HEADER_BYTES = 8 << 10;
    private static final int IDLE_SECONDS = 30;
    private static final JsonMapper MAPPER = new JsonMapper();

    private final ManagementConfig config;
    private final Readiness readiness;
    private final Supplier<String> metrics;
    private final byte[] openapi;
    private final HttpServer server;

    /**
     * @param metrics the present metrics in Prometheus' text format
     * @param openapi the description of the room's API
     */
    public ManagementServer(
            Vertx vertx, ManagementConfig config, Readiness readiness, Supplier<String> metrics, byte[] openapi) {
        this.config = config;
        this.readiness = readiness;
        this.metrics = metrics;
        this.openapi = openapi.clone();
        this.server = vertx.createHttpServer(new HttpServerOptions()
                        .setHost(config.host())
                        .setPort(config.port())
                        .setMaxHeaderSize(MAX_HEADER_BYTES)
                        .setHttp2ClearTextEnabled(false)
                        .setIdleTimeout(IDLE_SECONDS)
                        .setIdleTimeoutUnit(TimeUnit.SECONDS))
                .requestHandler(this::answer);
    }

    /** Binds the port. */
    public Future<HttpServer> listen() {
        return server.listen();
    }

    /** The bound port. */
    public int port() {
        return server.actualPort();
    }

    /** Stops. */
    public Future<Void> close() {
        return server.close();
    }

    private void answer(HttpServerRequest request) {
        if (!HttpMethod.GET.equals(request.method())) {
            request.response().setStatusCode(405).putHeader("allow", "GET").end();
            return;
        }
        switch (request.path()) {
            case "/livez" -> send(request, 200, "application/json", Map.of("live", true));
            case "/readyz" -> ready(request);
            case "/metrics" -> send(request, 200, "text/plain; version=0.0.4; charset=utf-8", text(metrics.get()));
            case "/openapi.json" -> send(request, 200, "application/json", openapi);
            default -> request.response().setStatusCode(404).end();
        }
    }

    private void ready(HttpServerRequest request) {
        Map<String, String> findings = readiness.findings();
        boolean ready = findings.values().stream().allMatch(String::isEmpty);
        List<Map<String, Object>> checks = findings.entrySet().stream()
                .map(finding -> {
                    Map<String, Object> check = new LinkedHashMap<>();
                    check.put("name", finding.getKey());
                    check.put("ok", finding.getValue().isEmpty());
                    if (!finding.getValue().isEmpty()) {
                        check.put("problem", finding.getValue());
                    }
                    return check;
                })
                .toList();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("ready", ready);
        json.put("checks", checks);
        send(request, ready ? 200 : 503, "application/json", json);
    }

    private static void send(HttpServerRequest request, int status, String type, Map<String, Object> json) {
        try {
            send(request, status, type, MAPPER.writeValueAsBytes(json));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A map of texts always has a JSON form", e);
        }
    }

    private static void send(HttpServerRequest request, int status, String type, byte[] body) {
        request.response()
                .setStatusCode(status)
                .putHeader("content-type", type)
                .putHeader("cache-control", "no-store")
                .end(io.vertx.core.buffer.Buffer.buffer(body))
                .onFailure(gone -> {}); // the caller hung up: there is nobody left to tell
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The configured address, for messages. */
    @Override
    public String toString() {
        return config.host() + ":" + config.port();
    }
}
