package io.sluice.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.sluice.certs.DevIdentity;
import io.sluice.client.ClientSettings;
import io.sluice.client.Event;
import io.sluice.client.EventProducer;
import io.sluice.client.EventUndeliveredException;
import io.sluice.client.Receipt;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.KeyManagementException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The producer's client in Java, against a server that behaves as no gateway does. */
@Timeout(60)
class JavaClientFaultsTest {
    private final SSLContext tls =
            Http.context(TestGateway.pki(), TestGateway.pki().identity(DevIdentity.GATEWAY));
    private final AtomicInteger requests = new AtomicInteger();
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private HttpsServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.setExecutor(executor);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        executor.shutdownNow();
    }

    @Test
    void repeatsARequestWhoseAnswerStalls() throws Exception {
        server.createContext("/", exchange -> {
            if (requests.incrementAndGet() == 1) {
                exchange.sendResponseHeaders(202, 100); // and the body never comes
                exchange.getResponseBody().flush();
            } else {
                answer(exchange, 202, "{\"events\":[{\"index\":0,\"id\":\"e\",\"status\":\"accepted\"}]}");
            }
        });
        try (EventProducer producer = new EventProducer(settings(Duration.ofSeconds(30), tls))) {
            assertThat(producer.send(event()).get(20, TimeUnit.SECONDS).id()).isEqualTo("e");
        }
        assertThat(requests).hasValue(2);
    }

    @Test
    void losesItsPatienceInTheMiddleOfAPause() throws Exception {
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            exchange.getResponseHeaders().add("Retry-After", "290");
            answer(exchange, 503, "{\"status\":503,\"code\":\"back-pressure\"}");
        });
        try (EventProducer producer = new EventProducer(settings(Duration.ofSeconds(1), tls))) {
            CompletableFuture<Receipt> first = producer.send(event());
            assertThatThrownBy(() -> first.get(20, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(EventUndeliveredException.class);
            CompletableFuture<Receipt> second = producer.send(event());
            assertThatThrownBy(() -> second.get(20, TimeUnit.SECONDS))
                    .as("the pause goes on, and so does its patience")
                    .cause()
                    .isInstanceOf(EventUndeliveredException.class);
            assertThat(producer.waiting()).isZero();
        }
        assertThat(requests).as("it keeps to the pause that was asked for").hasValue(1);
    }

    @Test
    void failsABatchThatItCannotSendAndGoesOn() throws Exception {
        try (EventProducer producer = new EventProducer(settings(Duration.ofSeconds(30), new Broken(tls)))) {
            for (int i = 0; i < 2; i++) {
                CompletableFuture<Receipt> failed = producer.send(event());
                assertThatThrownBy(() -> failed.get(20, TimeUnit.SECONDS))
                        .cause()
                        .isInstanceOf(EventUndeliveredException.class)
                        .hasMessageContaining("no engine today")
                        .hasCauseInstanceOf(RuntimeException.class);
            }
        }
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        exchange.getRequestBody().readAllBytes();
        exchange.sendResponseHeaders(status, body.length());
        exchange.getResponseBody().write(body.getBytes(UTF_8));
        exchange.close();
    }

    private ClientSettings settings(Duration patience, SSLContext client) {
        ClientSettings.Limits standard = ClientSettings.Limits.DEFAULT;
        return new ClientSettings(
                URI.create("https://localhost:" + server.getAddress().getPort()),
                client,
                "orders",
                null,
                "urn:shop",
                "shop.order",
                "application/json",
                new ClientSettings.Limits(
                        50,
                        standard.maxBatchBytes(),
                        standard.linger(),
                        100,
                        standard.maxBufferedBytes(),
                        Duration.ofMillis(200),
                        Duration.ofSeconds(1),
                        patience,
                        Duration.ofMillis(50),
                        Duration.ofSeconds(1)));
    }

    private static Event event() {
        return Event.of("e", "{}".getBytes(UTF_8));
    }

    /** TLS of a provider that fails. */
    private static final class Broken extends SSLContext {
        Broken(SSLContext real) {
            super(new BrokenSpi(real), real.getProvider(), real.getProtocol());
        }
    }

    private static final class BrokenSpi extends SSLContextSpi {
        private final SSLContext real;

        BrokenSpi(SSLContext real) {
            this.real = real;
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            throw new IllegalStateException("no engine today");
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            throw new IllegalStateException("no engine today");
        }

        @Override
        protected void engineInit(
                KeyManager @Nullable [] keys, TrustManager @Nullable [] trusted, @Nullable SecureRandom random)
                throws KeyManagementException {
            throw new KeyManagementException("it is initialised");
        }

        @Override
        protected javax.net.ssl.SSLParameters engineGetDefaultSSLParameters() {
            return real.getDefaultSSLParameters();
        }

        @Override
        protected javax.net.ssl.SSLParameters engineGetSupportedSSLParameters() {
            return real.getSupportedSSLParameters();
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            return real.getSocketFactory();
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            return real.getServerSocketFactory();
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            return real.getServerSessionContext();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            return real.getClientSessionContext();
        }
    }
}
