package io.sluice.audit.operate;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.audit.append.AppenderStatus;
import io.sluice.audit.console.ConsoleStatus;
import io.sluice.audit.verify.Verdict;
import io.sluice.audit.witness.WitnessStatus;
import io.sluice.serving.operate.ManagementConfig;
import io.sluice.serving.operate.Readiness;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class AuditManagementTest {
    private static final Instant AT = Instant.ofEpochSecond(1_800_000_000);

    private Optional<String> fault = Optional.empty();

    @Test
    void tellsHowTheLogStands() throws Exception {
        AuditMetrics metrics = new AuditMetrics(
                () -> new AppenderStatus(
                        AppenderStatus.State.RUNNING,
                        70,
                        90,
                        OptionalLong.of(3),
                        Optional.empty(),
                        List.of(new WitnessStatus("w.example/1", 60, Optional.of(AT), Optional.empty())),
                        Optional.empty()),
                List.of("w.example/1", "w.example/2"));
        metrics.console(() -> new ConsoleStatus(
                64,
                Optional.of(AT.plusSeconds(5)),
                Optional.of("the disk is gone"),
                Optional.of(Verdict.HOLDS),
                Optional.of(Verdict.OPEN),
                Optional.of(Verdict.FAILS),
                Optional.of(AT.plusSeconds(9)),
                AT.plusSeconds(12),
                AT.plusSeconds(13)));
        Readiness readiness = new Readiness(Map.of("log", () -> fault));
        try (AuditManagement management =
                AuditManagement.start(new ManagementConfig("127.0.0.1", 0), readiness, metrics)) {
            assertThat(get(management, "/metrics").body())
                    .contains(
                            "sluice_audit_log_entries 70.0\n",
                            "sluice_audit_log_waiting_offsets 3.0\n",
                            "sluice_audit_index_lag_entries 6.0\n",
                            "sluice_audit_verdict{verdict=\"intact\"} 1.0\n",
                            "sluice_audit_verdict{verdict=\"complete\"} 0.0\n",
                            "sluice_audit_verdict{verdict=\"witnessed\"} -1.0\n",
                            "sluice_audit_verification_failed 1.0\n",
                            "sluice_audit_verified_timestamp_seconds 1.800000005E9\n",
                            "sluice_audit_witness_cosigned_timestamp_seconds{witness=\"w.example/1\"} 1.8E9\n",
                            "sluice_audit_witness_cosigned_timestamp_seconds{witness=\"w.example/2\"} NaN\n",
                            "sluice_audit_review_due_timestamp_seconds 1.800000009E9\n",
                            "sluice_audit_certificate_ends_timestamp_seconds 1.800000012E9\n",
                            "sluice_audit_revocation_lists_end_timestamp_seconds 1.800000013E9\n");
            assertThat(get(management, "/livez").statusCode()).isEqualTo(200);
            assertThat(get(management, "/readyz").statusCode()).isEqualTo(200);
            fault = Optional.of("Kafka is away");
            assertThat(get(management, "/readyz").statusCode()).isEqualTo(503);
            assertThat(get(management, "/readyz").body()).contains("Kafka is away");
        }
    }

    private static HttpResponse<String> get(AuditManagement management, String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + management.port() + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
