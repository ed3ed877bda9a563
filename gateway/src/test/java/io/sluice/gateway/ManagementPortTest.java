package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.spool.SpoolConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What operators see. */
@Timeout(60)
class ManagementPortTest {
    private static final Pattern TYPE = Pattern.compile("^# TYPE ([a-z0-9_]+) ", Pattern.MULTILINE);
    private static final Pattern ROW = Pattern.compile(
            "^\\| `(sluice_gateway_[a-z0-9_]+)` \\| (?:`([a-z]+)` )?\\| [^|`]+ \\| ", Pattern.MULTILINE);

    @Test
    void tellsHealthReadinessMetricsAndTheApi() throws Exception {
        try (TestGateway running = new TestGateway()) {
            HttpResponse<String> live = get(running, "/livez");
            HttpResponse<String> ready = get(running, "/readyz");
            HttpResponse<String> metrics = get(running, "/metrics");
            HttpResponse<String> api = get(running, "/openapi.json");
            HttpResponse<String> other = get(running, "/v1/datasets/orders/events");

            assertThat(live.statusCode()).isEqualTo(200);
            assertThat(ready.statusCode()).as("no Kafka behind this one").isEqualTo(503);
            assertThat(ready.body()).contains("\"ready\":false", "\"name\":\"kafka\",\"ok\":false");
            assertThat(metrics.body())
                    .contains("sluice_gateway_refused_total{code=\"json-malformed\"}")
                    .contains("sluice_gateway_tls_refused_total{reason=\"revoked\"}")
                    .contains("sluice_gateway_activation 7.0")
                    .contains("sluice_gateway_bytes_in_flight 0.0")
                    .containsPattern("sluice_gateway_seal_key_age [0-9]")
                    .containsPattern("sluice_gateway_seal_key_uses [0-9]")
                    .containsPattern("sluice_gateway_kms_unheard [0-9]")
                    .containsPattern("sluice_gateway_certificate_expires_in 25[0-9]{5}\\.0") // 30 days less a moment
                    .containsPattern("sluice_gateway_revocation_lists_expire_in 26[0-9]{5}\\.0");
            assertThat(api.body()).contains("\"openapi\": \"3.1.0\"");
            assertThat(other.statusCode()).isEqualTo(404);
        }
    }

    @Test
    void theDocumentsNameEachMetricWithItsLabels() throws Exception {
        SpoolConfig spool = new SpoolConfig(TestGateway.temp("spool"), 64L << 20);
        try (TestGateway running = new TestGateway(spool)) {
            String metrics = get(running, "/metrics").body();
            Map<String, Set<String>> shown = new TreeMap<>();
            TYPE.matcher(metrics)
                    .results()
                    .forEach(type -> shown.put(
                            type.group(1),
                            Pattern.compile("^" + type.group(1) + "\\{([a-z]+)=", Pattern.MULTILINE)
                                    .matcher(metrics)
                                    .results()
                                    .map(label -> label.group(1))
                                    .collect(Collectors.toCollection(TreeSet::new))));
            Map<String, Set<String>> said = new TreeMap<>();
            ROW.matcher(Files.readString(Path.of("..", "docs", "operations.md")))
                    .results()
                    .forEach(row -> said.put(row.group(1), row.group(2) == null ? Set.of() : Set.of(row.group(2))));

            assertThat(said).isEqualTo(shown).hasSizeGreaterThan(25);
        }
    }

    private static HttpResponse<String> get(TestGateway running, String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(
                                        URI.create("http://127.0.0.1:" + running.gateway.managementPort() + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
