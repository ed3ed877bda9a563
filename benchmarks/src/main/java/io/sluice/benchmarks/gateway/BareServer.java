package io.sluice.benchmarks.gateway;

import io.sluice.cli.CommandFailure;
import io.sluice.serving.tls.ServerTls;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerConfig;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The same Vert.x server with the same TLS, Kafka client and acks, that looks at nothing: each line of a body, or each body,
 * becomes a record, and the answer is sent when Kafka has all of them.
 */
final class BareServer implements AutoCloseable {
    private final Vertx vertx;
    private final ServerTls tls;
    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final boolean splits;
    private final List<HttpServer> servers = new CopyOnWriteArrayList<>();

    /** @param splits whether each line is a record of its own, as it is behind the gateway */
    BareServer(int eventLoops, ServerTls tls, Producer<byte[], byte[]> producer, String topic, boolean splits) {
        this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(eventLoops));
        this.tls = tls;
        this.producer = producer;
        this.topic = topic;
        this.splits = splits;
        try {
            vertx.deployVerticle(
                            () -> new VerticleBase() {
                                @Override
                                public Future<?> start() {
                                    return server().listen(SocketAddress.sharedRandomPort(1, "127.0.0.1"))
                                            .onSuccess(servers::add);
                                }
                            },
                            new DeploymentOptions().setInstances(eventLoops))
                    .await(30, TimeUnit.SECONDS);
        } catch (Exception e) { // await throws whatever failed, checked or not
            throw new CommandFailure("The bare server does not open its port", e);
        }
    }

    int port() {
        return servers.get(0).actualPort();
    }

    private HttpServer server() {
        return vertx.createHttpServer(
                        new HttpServerConfig().setVersions(HttpVersion.HTTP_1_1, HttpVersion.HTTP_2), tls.options())
                .requestHandler(request -> request.body().onSuccess(body -> forward(request, body)));
    }

    private void forward(HttpServerRequest request, Buffer body) {
        List<byte[]> records = splits ? lines(body.getBytes()) : List.of(body.getBytes());
        Context context = vertx.getOrCreateContext();
        AtomicInteger left = new AtomicInteger(records.size());
        AtomicInteger failed = new AtomicInteger();
        for (byte[] record : records) {
            var ignored = producer.send(new ProducerRecord<>(topic, record), (metadata, fault) -> {
                if (fault != null) {
                    failed.incrementAndGet();
                }
                if (left.decrementAndGet() == 0) {
                    context.runOnContext(on -> request.response()
                            .setStatusCode(failed.get() == 0 ? 202 : 503)
                            .end("{\"accepted\":" + records.size() + "}")
                            .onFailure(gone -> {})); // the round has ended
                }
            });
        }
    }

    private static List<byte[]> lines(byte[] body) {
        List<byte[]> lines = new ArrayList<>();
        int from = 0;
        for (int i = 0; i <= body.length; i++) {
            if (i == body.length || body[i] == '\n') {
                if (i > from) {
                    lines.add(java.util.Arrays.copyOfRange(body, from, i));
                }
                from = i + 1;
            }
        }
        return lines;
    }

    @Override
    public void close() {
        try {
            vertx.close().await(10, TimeUnit.SECONDS);
        } catch (Exception e) { // the process ends anyway
            throw new CommandFailure("The bare server does not close", e);
        } finally {
            producer.close();
        }
    }
}
