package io.sluice.cli.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.certs.PemIdentity;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Posts events, half of the requests single and half in batches, each once and never again, whatever becomes of those
 * before: an open loop, as many independent callers are one. An event's id is {@code drill-<number>}. Thread-safe.
 */
final class OpenLoad implements AutoCloseable {
    static final String SOURCE = "urn:drill";

    /** How an answer ended that is no JSON. */
    static final String UNREADABLE = "answer unreadable";

    /** Begins how one ended that names no code. */
    static final String WITHOUT_CODE = "status ";

    /** Begins how one ended whose end did not come. */
    static final String TORN = "torn answer: ";

    private static final int BATCH = 50;
    private static final int CONNECTIONS = 40;
    private static final int MOST_UNDER_WAY = CONNECTIONS * 90;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final JsonMapper MAPPER = new JsonMapper();

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http;
    private final RequestOptions request;
    private final Semaphore underWay = new Semaphore(MOST_UNDER_WAY);
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong offered = new AtomicLong();
    /** How many events ended how: {@code accepted}, a problem's code, or why there was no answer, or half of one. */
    private final Map<String, AtomicLong> ends = new ConcurrentSkipListMap<>();
    /** Numbers of acknowledged events. Guarded by itself. */
    private final BitSet acknowledged = new BitSet();

    OpenLoad(PemIdentity producer, Path trust, int port) {
        this.http = vertx.createHttpClient(
                new HttpClientOptions()
                        .setSsl(true)
                        .setUseAlpn(true)
                        .setProtocolVersion(HttpVersion.HTTP_2)
                        .setHttp2MultiplexingLimit(100)
                        .setKeyCertOptions(new PemKeyCertOptions()
                                .addCertPath(producer.chain().toString())
                                .addKeyPath(producer.key().toString()))
                        .setTrustOptions(new PemTrustOptions().addCertPath(trust.toString())),
                new PoolOptions().setHttp2MaxSize(CONNECTIONS).setMaxWaitQueueSize(MOST_UNDER_WAY));
        this.request = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost("localhost")
                .setPort(port)
                .setURI("/v1/datasets/orders/events")
                .setConnectTimeout(10_000)
                .setIdleTimeout(LIMIT.toMillis());
    }

    /** Keeps so many requests under way, which shows how much the gateway takes. */
    void saturate(int requests, Duration length) throws InterruptedException {
        Semaphore free = new Semaphore(requests);
        long until = System.nanoTime() + length.toNanos();
        while (System.nanoTime() < until) {
            free.acquire();
            post().onComplete(done -> free.release());
        }
        free.acquire(requests);
    }

    /** Offers events at a rate, and waits until all that was under way has ended. */
    void offer(long perSecond, Duration length) throws InterruptedException {
        long began = System.nanoTime();
        long before = offered.get();
        for (long now = 0; now < length.toNanos(); now = System.nanoTime() - began) {
            if (offered.get() - before > now / 1e9 * perSecond) {
                LockSupport.parkNanos(500_000);
            } else {
                var ignored = post(); // an open loop does not wait for it
            }
        }
        if (!underWay.tryAcquire(MOST_UNDER_WAY, 2 * LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("requests that neither were answered nor failed");
        }
        underWay.release(MOST_UNDER_WAY);
    }

    private Future<?> post() {
        int events = (requests.getAndIncrement() & 1) == 0 ? BATCH : 1;
        int first = (int) offered.getAndAdd(events);
        if (!underWay.tryAcquire()) {
            count("not sent: too many under way", events);
            return Future.succeededFuture();
        }
        Buffer body = body(first, events);
        String type = events == 1 ? "application/cloudevents+json" : "application/cloudevents-batch+json";
        return http.request(request)
                .compose(opened -> {
                    // Asked for before it can come: once an answer has ended, Vert.x gives an empty body for it.
                    Future<Integer> told = opened.response().compose(response -> told(response, first, events));
                    opened.putHeader("content-type", type).send(body);
                    return told;
                })
                .otherwise(fault -> count("no answer: " + fault.getClass().getSimpleName(), events))
                .onComplete(done -> underWay.release());
    }

    /** Where the gateway goes between head and end of an answer, it is torn, whatever its status. */
    private Future<Integer> told(HttpClientResponse response, int first, int events) {
        return response.body()
                .otherwise(fault -> {
                    count(TORN + fault.getClass().getSimpleName(), events);
                    return null;
                })
                .map(answer -> answer == null ? events : read(response, answer, first, events));
    }

    private int read(HttpClientResponse response, Buffer answer, int first, int events) {
        JsonNode json;
        try {
            json = MAPPER.readTree(answer.getBytes());
        } catch (IOException e) {
            return count(UNREADABLE, events);
        }
        if (json.isMissingNode()) {
            return count(WITHOUT_CODE + response.statusCode() + " and no body", events);
        }
        if (events == 1) {
            return end(first, response.statusCode() == 202, why(response, json));
        }
        int told = 0;
        for (JsonNode event : json.path("events")) {
            boolean accepted = event.path("status").asText().equals("accepted");
            end(first + event.path("index").asInt(), accepted, why(response, event.path("problem")));
            told++;
        }
        JsonNode rest = json.path("stopped").isMissingNode() ? json : json.at("/stopped/problem");
        return count(why(response, rest), events - told);
    }

    private static String why(HttpClientResponse response, JsonNode problem) {
        return problem.path("code")
                .asText(WITHOUT_CODE + response.statusCode() + " without a code, members " + problem.properties());
    }

    private int end(int number, boolean accepted, String code) {
        if (accepted) {
            synchronized (acknowledged) {
                acknowledged.set(number);
            }
        }
        return count(accepted ? "accepted" : code, 1);
    }

    private int count(String end, int events) {
        if (events > 0) {
            ends.computeIfAbsent(end, ignored -> new AtomicLong()).addAndGet(events);
        }
        return events;
    }

    private static Buffer body(int first, int events) {
        StringBuilder body = new StringBuilder(events == 1 ? "" : "[");
        for (int number = first; number < first + events; number++) {
            body.append(number == first ? "" : ",")
                    .append("{\"specversion\":\"1.0\",\"source\":\"" + SOURCE
                            + "\",\"type\":\"drill.order\",\"id\":\"drill-")
                    .append(number)
                    .append("\",\"data\":{\"id\":\"o-")
                    .append(number)
                    .append(
                            "\",\"placedAt\":\"2026-03-01T10:00:00Z\",\"channel\":\"web\",\"currency\":\"EUR\",\"total\":12,"
                                    + "\"customer\":{\"id\":\"C-")
                    .append(number % 10_000)
                    .append(
                            "\",\"name\":\"Kari Nordmann\",\"email\":\"kari@mail.example\",\"address\":{\"street\":"
                                    + "\"Storgata 1\",\"city\":\"Oslo\",\"postalCode\":\"0155\",\"country\":\"NO\"}},\"lines\":"
                                    + "[{\"sku\":\"BK-1\",\"title\":\"A map\",\"category\":\"books\",\"quantity\":1,\"price\":12}]}}");
        }
        return Buffer.buffer(body.append(events == 1 ? "" : "]").toString().getBytes(UTF_8));
    }

    long offered() {
        return offered.get();
    }

    /** How many events ended how, so far. */
    Map<String, Long> ends() {
        Map<String, Long> counts = new TreeMap<>();
        ends.forEach((end, count) -> counts.put(end, count.get()));
        return counts;
    }

    /** The numbers of those that were acknowledged. */
    BitSet acknowledged() {
        synchronized (acknowledged) {
            return (BitSet) acknowledged.clone();
        }
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
