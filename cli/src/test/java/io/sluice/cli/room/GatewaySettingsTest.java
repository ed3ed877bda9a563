package io.sluice.cli.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.config.ConfigReader;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.gateway.GatewayConfig;
import io.sluice.gateway.parse.BatchLimits;
import io.sluice.gateway.publish.PublishLimits;
import io.sluice.gateway.receive.DataPortConfig;
import io.sluice.policies.status.StatusSettings;
import io.sluice.serving.operate.ManagementConfig;
import io.sluice.serving.tls.TlsConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code sluice.yaml} says of the gateway reaches it, and it takes whatever the file may say. */
class GatewaySettingsTest {
    @TempDir
    private Path folder;

    @Test
    void theDefaultsAreTheGatewaysOwn() throws IOException {
        GatewayConfig config = gateway("tenant: acme");

        assertThat(config.batches()).isEqualTo(BatchLimits.DEFAULT);
        assertThat(config.kafka().limits()).isEqualTo(PublishLimits.DEFAULT);
    }

    @Test
    void batchesAndTheMemoryOfEventsAreSet() throws IOException {
        GatewayConfig config = gateway("gateway: {maxInFlight: 32MiB, rememberedEvents: 5000, batches: {maxEvents: 10,"
                + " maxBytes: 2MiB, maxHeld: 3MiB, maxAnswer: 4MiB, stall: 5s, duration: 6s}}");

        BatchLimits standard = BatchLimits.DEFAULT;
        assertThat(config.batches())
                .isEqualTo(new BatchLimits(
                        10,
                        20,
                        2 << 20,
                        3 << 20,
                        standard.maxBytesUnderWay(),
                        standard.maxEventsUnderWay(),
                        4 << 20,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(6)));
        assertThat(config.kafka().limits().maxSeenEvents()).isEqualTo(5_000);
    }

    @Test
    void theGatewayTakesBothEndsOfEachRange() throws IOException {
        for (String batches : List.of(
                "{maxEvents: 1, maxBytes: 64KiB, maxHeld: 64KiB, maxAnswer: 2MiB, stall: 1s, duration: 1s}",
                "{maxEvents: 1000000, maxBytes: 16GiB, maxHeld: 256MiB, maxAnswer: 256MiB, stall: 5m, duration: 1h}")) {
            boolean small = batches.startsWith("{maxEvents: 1,");
            GatewayConfig config = gateway("gateway: {maxBody: 64KiB, maxInFlight: " + (small ? "16MiB" : "1GiB")
                    + ", decompression: {enabled: " + !small + "}, rememberedEvents: " + (small ? 1_000 : 1_000_000)
                    + ", batches: " + batches + "}");

            assertThat(config.batches().maxEvents()).isEqualTo(small ? 1 : 1_000_000);
            assertThat(config.batches().maxBytes()).isEqualTo(small ? 64L << 10 : 16L << 30);
            assertThat(config.batches().stall()).isEqualTo(small ? Duration.ofSeconds(1) : Duration.ofMinutes(5));
            assertThat(config.batches().duration()).isEqualTo(small ? Duration.ofSeconds(1) : Duration.ofHours(1));
            assertThat(config.kafka().limits().maxSeenEvents()).isEqualTo(small ? 1_000 : 1_000_000);
        }
    }

    private GatewayConfig gateway(String yaml) throws IOException {
        SluiceConfig config = new ConfigReader().read(Files.writeString(folder.resolve("sluice.yaml"), yaml));
        TlsConfig tls = new TlsConfig(folder, folder, folder, List.of(folder), Duration.ofSeconds(30));
        return GatewaySettings.of(
                config.gateway(),
                config.layout(),
                DataPortConfig.of("127.0.0.1", 0, tls),
                new ManagementConfig("127.0.0.1", 0),
                Map.of("bootstrap.servers", "127.0.0.1:1"),
                StatusSettings.DEFAULT);
    }
}
