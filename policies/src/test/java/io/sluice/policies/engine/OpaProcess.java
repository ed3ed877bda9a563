package io.sluice.policies.engine;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sluice.certs.PemIdentity;
import io.sluice.certs.PkiFiles;
import io.sluice.core.encoding.Sha256;
import io.sluice.policies.Shipped;
import io.sluice.policies.build.OpaTool;
import io.sluice.policies.evaluate.Entrypoint;
import io.sluice.policies.evaluate.PolicyEngine;
import io.sluice.policies.evaluate.PolicyUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * A real {@code opa run --server} on a free port of this machine, set up as docs/operations.md says: it fetches the
 * bundle over HTTP, verifies its signature, follows it, and answers nothing but questions.
 */
final class OpaProcess implements AutoCloseable {
    static final byte[] QUESTION = "{\"producer\":\"webshop\"}".getBytes(StandardCharsets.UTF_8);
    private static final Duration START = Duration.ofSeconds(60);
    private static final String AUTHZ = """
            package system.authz

            default allow := false

            allow if {
            	input.method == "POST"
            	array.slice(input.path, 0, 3) == ["v1", "data", "sluice"]
            }

            allow if {
            	input.method == "GET"
            	input.path == ["health"]
            }
            """;

    private final Path folder;
    private final Path log;
    private final int port;
    private final boolean tls;
    private final HttpServer bundles;
    private final Process process;
    private final AtomicInteger fetches = new AtomicInteger();
    private volatile byte[] served;

    /** Starts one that serves a bundle over HTTP to this machine; skips the test where there is no opa. */
    static OpaProcess serving(Path parent, byte[] archive) {
        return new OpaProcess(parent, archive, null, null);
    }

    /** Starts one that serves a bundle over HTTPS to those who show a certificate of the PKI. */
    static OpaProcess servingTls(Path parent, byte[] archive, PkiFiles pki, PemIdentity server) {
        return new OpaProcess(parent, archive, pki, server);
    }

    private OpaProcess(Path parent, byte[] archive, @Nullable PkiFiles pki, @Nullable PemIdentity server) {
        OpaTool opa = Shipped.opa().orElse(null);
        Assumptions.assumeTrue(opa != null, "opa is not at hand: " + OpaTool.INSTALL);
        try {
            folder = Files.createTempDirectory(parent, "opa");
            log = folder.resolve("opa.log");
            port = freePort();
            tls = server != null;
            served = archive.clone();
            bundles = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            bundles.createContext("/", this::fetch);
            bundles.start();
            Path authz = Files.createDirectories(folder.resolve("authz"));
            Files.writeString(authz.resolve("authz.rego"), AUTHZ);
            Files.writeString(authz.resolve(".manifest"), "{\"roots\": [\"system/authz\"]}");
            Files.writeString(folder.resolve("config.yaml"), config(Shipped.BUNDLE_KEY.getPublic()));
            process = new ProcessBuilder(command(opa, pki, server))
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Awaitility.await("opa to listen").atMost(START).until(this::listens);
    }

    private List<String> command(OpaTool opa, @Nullable PkiFiles pki, @Nullable PemIdentity server) {
        List<String> command = new ArrayList<>(List.of(opa.binary().toString(), "run", "--server"));
        command.addAll(List.of("--addr", "127.0.0.1:" + port, "--skip-version-check", "--log-level", "error"));
        command.addAll(List.of("--config-file", "config.yaml", "--authorization", "basic", "--bundle", "authz"));
        if (pki != null && server != null) {
            command.addAll(List.of(
                    "--authentication", "tls", "--tls-ca-cert-file", pki.trust().toString()));
            command.addAll(List.of("--tls-cert-file", server.chain().toString()));
            command.addAll(List.of("--tls-private-key-file", server.key().toString()));
        }
        return command;
    }

    private String config(PublicKey key) {
        return """
                services:
                  bundles: {url: "http://127.0.0.1:%d"}
                bundles:
                  sluice:
                    service: bundles
                    resource: bundle.tar.gz
                    polling: {min_delay_seconds: 1, max_delay_seconds: 1}
                    signing: {keyid: dev-bundle, scope: sluice}
                keys:
                  dev-bundle:
                    algorithm: ES256
                    key: "-----BEGIN PUBLIC KEY-----\\n%s\\n-----END PUBLIC KEY-----"
                """.formatted(bundles.getAddress().getPort(), Base64.getEncoder().encodeToString(key.getEncoded()));
    }

    /** Puts another bundle in the place that the server follows. */
    void serve(byte[] archive) {
        served = archive.clone();
    }

    /** Waits until the server has come back after it fetched the bundle, so that it has taken or refused it. */
    void awaitVerdict() {
        int before = fetches.get();
        Awaitility.await("opa to fetch twice").atMost(START).until(() -> fetches.get() >= before + 2);
    }

    /** Waits until the server answers under the engine's revision. */
    static void awaitAnswer(PolicyEngine engine) {
        Awaitility.await("opa to load the bundle")
                .atMost(START)
                .ignoreException(PolicyUnavailableException.class)
                .until(() -> engine.evaluate(Entrypoint.ADMISSION, QUESTION).isPresent());
    }

    private void fetch(HttpExchange exchange) throws IOException {
        fetches.incrementAndGet();
        byte[] archive = served;
        String tag = "\"" + Sha256.hex(archive) + "\"";
        exchange.getResponseHeaders().set("ETag", tag);
        try (exchange) {
            if (tag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
                exchange.sendResponseHeaders(304, -1);
                return;
            }
            exchange.getResponseHeaders().set("Content-Type", "application/gzip");
            exchange.sendResponseHeaders(200, archive.length);
            exchange.getResponseBody().write(archive);
        }
    }

    String address() {
        return (tls ? "https://localhost:" : "http://127.0.0.1:") + port;
    }

    /** An address of its API. */
    HttpURLConnection connect(String path) throws IOException {
        return (HttpURLConnection) URI.create(address() + path).toURL().openConnection();
    }

    private boolean listens() throws IOException {
        if (!process.isAlive()) {
            throw new IllegalStateException("opa ended: " + Files.readString(log));
        }
        try (Socket ignored = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    @Override
    public void close() {
        bundles.stop(0);
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
