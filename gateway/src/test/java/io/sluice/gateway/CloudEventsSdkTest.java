package io.sluice.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.message.MessageWriter;
import io.cloudevents.http.HttpMessageFactory;
import io.cloudevents.jackson.JsonFormat;
import io.sluice.certs.DevIdentity;
import io.sluice.certs.PemIdentity;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The SDKs of CloudEvents, as they are. The one in Java always; those in Python and JavaScript where {@code .ci/run} has installed
 * them, which it has where {@code CI=true}.
 */
class CloudEventsSdkTest {
    private static final String ORDERS = "/v1/datasets/orders/events";
    private static TestGateway running;

    @BeforeAll
    static void start() {
        running = new TestGateway();
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    @Test
    void theOneInJavaPostsInBothModes() throws Exception {
        CloudEvent event = CloudEventBuilder.v1()
                .withId("java-1")
                .withSource(URI.create("urn:shop"))
                .withType("shop.order")
                .withExtension("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
                .withData("application/json", TestGateway.ORDER.getBytes(UTF_8))
                .build();

        Http.Answer binary = post(writer -> writer.writeBinary(event));
        Http.Answer structured = post(writer -> writer.writeStructured(event, new JsonFormat()));

        assertThat(binary.status()).as(binary.json().toString()).isEqualTo(202);
        assertThat(binary.json().path("id").asText()).isEqualTo("java-1");
        assertThat(structured.status()).as(structured.json().toString()).isEqualTo(202);
        assertThat(structured.json().path("repeated").asBoolean())
                .as("the same event in the other mode is the same event")
                .isTrue();
    }

    @Test
    void theOneInPythonPostsInBothModes(@TempDir Path folder) throws Exception {
        Path python = installed("python/bin/python");

        assertThat(run(folder, "post.py", python.toString(), Map.of()))
                .containsExactly("202 py-binary None", "202 py-structured None");
    }

    @Test
    void theOneInJavaScriptPostsInBothModes(@TempDir Path folder) throws Exception {
        Path modules = installed("node_modules/cloudevents").getParent();

        assertThat(run(folder, "post.cjs", "node", Map.of("NODE_PATH", modules.toString())))
                .containsExactly("202 js-binary undefined", "202 js-structured undefined");
    }

    private static Path installed(String file) {
        Path path = Path.of(System.getProperty("sluice.home"), ".sluice/tools/cloudevents", file);
        if (Files.notExists(path)) {
            assertThat(System.getenv("CI"))
                    .as(path + " is missing: .ci/run installs it")
                    .isNotEqualTo("true");
            Assumptions.abort(path + " is missing: .ci/run installs it");
        }
        return path;
    }

    private static Http.Answer post(Consumer<MessageWriter<?, Void>> writing) throws Exception {
        HttpRequest.Builder request = Http.post(running.gateway.dataPort(), ORDERS);
        writing.accept(HttpMessageFactory.createWriter(
                request::header, body -> request.POST(HttpRequest.BodyPublishers.ofByteArray(body))));
        return Http.send(TestGateway.client(DevIdentity.WEBSHOP), request.build());
    }

    private static List<String> run(Path folder, String script, String interpreter, Map<String, String> more)
            throws Exception {
        PemIdentity webshop = TestGateway.pki().identity(DevIdentity.WEBSHOP);
        Path file = folder.resolve(script);
        try (var in = CloudEventsSdkTest.class.getResourceAsStream("sdk/" + script)) {
            Files.write(file, in.readAllBytes());
        }
        ProcessBuilder builder = new ProcessBuilder(interpreter, file.toString()).redirectErrorStream(true);
        Map<String, String> environment = new HashMap<>(more);
        environment.put("ADDRESS", "https://localhost:" + running.gateway.dataPort() + ORDERS);
        environment.put("CHAIN", webshop.chain().toString());
        environment.put("KEY", webshop.key().toString());
        environment.put("TRUST", TestGateway.pki().trust().toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), UTF_8)
                .lines()
                .toList();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return lines;
    }
}
