package io.sluice.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.certs.PkiFiles;
import io.sluice.cli.config.ConfigReader;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.gateway.GatewayConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackGatewayTest {
    @TempDir
    Path scratch;

    @Test
    void takesTheLimitsOfItsSectionAndThePortsOfTheDemo() throws Exception {
        GatewayConfig config = config(
                "{maxBody: 32KiB, maxInFlight: 48MiB, publishTimeout: 3s, port: 8443, managementPort: 9444}",
                "{gatewayPort: 18443, managementPort: 19444}");

        assertThat(config.dataPort().limits().maxBodyBytes()).isEqualTo(32 << 10);
        assertThat(config.kafka().limits().maxBytesInFlight()).isEqualTo(48 << 20);
        assertThat(config.kafka().limits().deliveryTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(config.dataPort().port()).isEqualTo(18_443);
        assertThat(config.management().port()).isEqualTo(19_444);
        assertThat(config.dataPort().host()).isEqualTo("127.0.0.1");
    }

    /** An answer must not be due before Kafka's. */
    @Test
    void theLongestPublishTimeoutFits() throws Exception {
        GatewayConfig config = config("{publishTimeout: 2m}", "{}");

        assertThat(config.kafka().limits().maxQueueWait()).isEqualTo(Duration.ofSeconds(40));
        assertThat(config.dataPort().limits().answer()).isGreaterThan(Duration.ofSeconds(160));
    }

    @Test
    void refusesABodyThatDoesNotFitIntoTheTopic() {
        assertThatThrownBy(() -> config("{maxBody: 4MiB}", "{}"))
                .hasMessageContaining("gateway: maxBody")
                .hasMessageContaining("1KiB to 1MiB");
    }

    private GatewayConfig config(String gateway, String demo) throws Exception {
        Path file = Files.writeString(scratch.resolve("sluice.yaml"), "gateway: " + gateway + "\ndemo: " + demo + "\n");
        SluiceConfig config = new ConfigReader().read(file);
        return StackGateway.config(
                config, config.layout(), new PkiFiles(scratch), Map.of("bootstrap.servers", "127.0.0.1:1"));
    }
}
