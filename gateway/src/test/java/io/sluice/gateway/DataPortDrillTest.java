package io.sluice.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.certs.DevIdentity;
import io.sluice.gateway.receive.ReceiveLimits;
import io.sluice.serving.tls.TlsConfig;
import io.sluice.serving.tls.TlsEngine;
import io.sluice.serving.tls.TlsOptions;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Other people's tools against a running data port. Each test needs its tool: {@code -Ddrill.h2spec=/path}, {@code
 * drill.testssl}, {@code drill.sslyze}, {@code drill.slowhttptest}; without the property it is skipped. See
 * docs/operations.md.
 */
@Timeout(900)
class DataPortDrillTest {
    static final String ORDERS = "/v1/datasets/orders/events";

    /** What testssl.sh says of the development certificate: it ends within 30 days and names no list to fetch. */
    private static final Set<String> OF_THE_CERTIFICATE =
            Set.of("cert_expirationStatus", "cert_notAfter", "cert_revocation");

    /** New connections of an attack, a second. */
    private static final String RATE = "50";

    /** On one processor the compiler takes its time from what it compiles. */
    private static final Duration WARM_UP = Duration.ofSeconds(60);

    /** Alone and beside an attack, in turns; tens of thousands of requests each. */
    private static final Duration ROUND = Duration.ofSeconds(20);

    private static final int ROUNDS = 3;

    @TempDir
    Path folder;

    @Test
    @EnabledIfSystemProperty(named = "drill.h2spec", matches = ".+")
    void h2spec() throws Exception {
        try (TestGateway running = gateway(TlsEngine.JDK);
                MutualTlsBridge bridge = new MutualTlsBridge(TestGateway.pki(), running.gateway.dataPort(), "h2")) {
            String port = String.valueOf(bridge.port());
            String said = run("h2spec", "-h", "127.0.0.1", "-p", port, "--path", ORDERS, "-o", "5");

            assertThat(said).contains("145 tests, 145 passed, 0 skipped, 0 failed");
        }
    }

    @ParameterizedTest
    @EnumSource
    @EnabledIfSystemProperty(named = "drill.testssl", matches = ".+")
    void testssl(TlsEngine engine) throws Exception {
        try (TestGateway running = gateway(engine)) {
            Path findings = folder.resolve("testssl.json");
            run(
                    "testssl",
                    "--quiet",
                    "--warnings",
                    "off",
                    "--openssl",
                    "/usr/bin/openssl",
                    "--add-ca",
                    TestGateway.pki().trust().toString(),
                    "--jsonfile",
                    findings.toString(),
                    "localhost:" + running.gateway.dataPort());

            List<String> grave = new ArrayList<>();
            JsonNode all = new JsonMapper().readTree(Files.readAllBytes(findings));
            for (JsonNode finding : all) {
                boolean high = Set.of("MEDIUM", "HIGH", "CRITICAL", "FATAL")
                        .contains(finding.path("severity").asText());
                if (high && !OF_THE_CERTIFICATE.contains(finding.path("id").asText())) {
                    grave.add(finding.toString());
                }
            }
            assertThat(all.size()).isGreaterThan(80);
            assertThat(grave).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    @EnabledIfSystemProperty(named = "drill.sslyze", matches = ".+")
    void sslyze(TlsEngine engine) throws Exception {
        var webshop = TestGateway.pki().identity(DevIdentity.WEBSHOP);
        try (TestGateway running = gateway(engine)) {
            String said = run(
                    "sslyze",
                    "--cert",
                    webshop.chain().toString(),
                    "--key",
                    webshop.key().toString(),
                    "--tlsv1",
                    "--tlsv1_1",
                    "--tlsv1_2",
                    "--tlsv1_3",
                    "--heartbleed",
                    "--openssl_ccs",
                    "--robot",
                    "--reneg",
                    "--fallback",
                    "--compression",
                    "--ems",
                    "--early_data",
                    "--elliptic_curves",
                    "localhost:" + running.gateway.dataPort());

            assertThat(said)
                    .contains("Not vulnerable to Heartbleed", "OK - Compression disabled", "TLS_AES_128_GCM_SHA256")
                    .doesNotContain("VULNERABLE -", "_CBC_", "TLS_RSA_", "_SHA ");
        }
    }

    /**
     * A well-behaved client's p99 beside each attack is at most twice what it is alone: medians of rounds that take turns. The
     * gateway and that client have one processor in either case, the attacker has another, so that what differs is what an
     * attack does to the gateway. It needs an otherwise idle machine.
     */
    @Test
    @EnabledIfSystemProperty(named = "drill.slowhttptest", matches = ".+")
    void slowhttptest() throws Exception {
        try (Processors processors = Processors.apart();
                TestGateway running = gateway(TlsEngine.JDK)) {
            p99(running, WARM_UP);
            besideSlowHttp(processors, running, "-B"); // what answers an attack has to be compiled too
            besideResets(processors, running);
            List<String> said = new ArrayList<>();
            List<String> slower = new ArrayList<>();
            for (String kind : List.of("-H", "-B", "-X", "resets")) {
                List<Double> alone = new ArrayList<>();
                List<Double> beside = new ArrayList<>();
                for (int round = 0; round < ROUNDS; round++) {
                    alone.add(p99(running, ROUND));
                    beside.add(
                            kind.equals("resets")
                                    ? besideResets(processors, running)
                                    : besideSlowHttp(processors, running, kind));
                }
                String figures = "%s: %.2f ms of %s, alone %.2f ms of %s"
                        .formatted(kind, median(beside), beside, median(alone), alone);
                System.out.println("p99 beside " + figures);
                said.add(figures);
                if (median(beside) > 2 * median(alone)) {
                    slower.add(kind);
                }
            }
            assertThat(slower).as(said.toString()).isEmpty();
        }
    }

    private double besideSlowHttp(Processors processors, TestGateway running, String kind) throws Exception {
        Path output = folder.resolve("attacker");
        String tool = System.getProperty("drill.slowhttptest");
        String[] flags = {"slow", tool, kind, "-c", "200", "-r", RATE, "-i", "5", "-l", "25", "-x", "24"};
        Process attack = Attacker.start(processors, TestGateway.pki(), running.gateway.dataPort(), output, flags);
        double beside = p99(running, ROUND);
        assertThat(attack.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(Files.readString(output).replaceAll("\u001b\\[[0-9;]*m", ""))
                .as("connections that it held")
                .containsPattern("connected:\\s+[0-9]{2,3}");
        return beside;
    }

    /** As many connections a second as slowhttptest opens; the first ones flood, the others are kept out. */
    private double besideResets(Processors processors, TestGateway running) throws Exception {
        Path output = folder.resolve("attacker");
        Process attack =
                Attacker.start(processors, TestGateway.pki(), running.gateway.dataPort(), output, "resets", RATE);
        double beside = p99(running, ROUND);
        attack.destroy();
        assertThat(attack.waitFor(1, TimeUnit.MINUTES)).isTrue();
        String last = Files.readAllLines(output).stream().reduce("", (before, line) -> line);
        System.out.println(last);
        assertThat(last).matches("floods [1-9][0-9]* kept out [1-9][0-9]{2,}");
        return beside;
    }

    /** One request after the other; every one has to be accepted. */
    private static double p99(TestGateway running, Duration during) throws Exception {
        HttpClient client = TestGateway.client(DevIdentity.WEBSHOP);
        List<Long> nanos = new ArrayList<>();
        long until = System.nanoTime() + during.toNanos();
        while (System.nanoTime() < until) {
            HttpRequest request = running.event(ORDERS, "application/json", TestGateway.ORDER.getBytes(UTF_8))
                    .build();
            long from = System.nanoTime();
            Http.Answer answer = Http.send(client, request);
            assertThat(answer.status()).as(answer.toString()).isEqualTo(202);
            nanos.add(System.nanoTime() - from);
        }
        running.producer.clear();
        List<Long> sorted = nanos.stream().sorted().toList();
        return Math.round(sorted.get((int) (sorted.size() * 0.99)) / 1e4) / 100.0;
    }

    private static double median(List<Double> figures) {
        return figures.stream().sorted().toList().get(figures.size() / 2);
    }

    private static TestGateway gateway(TlsEngine engine) {
        TlsConfig base = TestGateway.config(TestGateway.LIMITS, TestGateway.PUBLISH, 0)
                .dataPort()
                .tls();
        TlsOptions options = new TlsOptions(true, engine, null);
        return new TestGateway(
                ReceiveLimits.DEFAULT,
                new TlsConfig(base.own(), base.trust(), base.crls(), options, base.reloadEvery()));
    }

    /** What the tool prints. Its exit code counts findings, which the test reads itself. */
    private static String run(String tool, String... arguments) {
        List<String> command = new ArrayList<>(List.of(System.getProperty("drill." + tool)));
        command.addAll(Arrays.asList(arguments));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            return process.inputReader().lines().collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
