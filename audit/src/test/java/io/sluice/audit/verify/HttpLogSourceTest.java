package io.sluice.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.sluice.audit.log.LogException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a log's server may do to whoever verifies it: nothing for longer or larger than the limits. */
@Timeout(30)
class HttpLogSourceTest {
    @SuppressWarnings("NullAway.Init")
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
        }));
        server.createContext("/log/checkpoint", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream body = exchange.getResponseBody()) {
                body.write("a log\n".getBytes(StandardCharsets.UTF_8));
            }
        });
        server.createContext("/log/stalls", exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write('x');
            exchange.getResponseBody().flush(); // and no more, ever
        });
        server.createContext("/log/endless", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] much = new byte[1 << 20];
            try (OutputStream body = exchange.getResponseBody()) {
                for (int i = 0; i < 20; i++) {
                    body.write(much);
                }
            }
        });
        server.createContext("/log/broken", exchange -> exchange.sendResponseHeaders(500, -1));
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private HttpLogSource source(Duration limit) {
        return new HttpLogSource(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/log"), null, limit);
    }

    @Test
    void aFileIsItsBytesAndOneThatIsNotThereIsEmpty() {
        HttpLogSource source = source(Duration.ofSeconds(30));
        assertThat(source.read("checkpoint")).hasValue("a log\n".getBytes(StandardCharsets.UTF_8));
        assertThat(source.read("tile/0/000")).isEmpty();
    }

    @Test
    void aServerThatSendsNoMoreHoldsNobody() {
        assertThatThrownBy(() -> source(Duration.ofMillis(300)).read("stalls"))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("/log/stalls: does not answer within 300 ms");
    }

    @Test
    void whatIsLargerThanAnyFileAndFaultsOfTheServerAreNamed() {
        HttpLogSource source = source(Duration.ofSeconds(30));
        assertThatThrownBy(() -> source.read("endless"))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("/log/endless: answers more than");
        assertThatThrownBy(() -> source.read("broken"))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("answers 500 for");
    }
}
