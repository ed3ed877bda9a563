package io.sluice.jobs.deliver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.StrictJson;
import io.sluice.jobs.released.ReleasedEvent;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked // what is null here fails the test
class EventLineTest {
    @Test
    void aViewIsOneLineInTheCloudEventsJsonFormat() throws Exception {
        ConsumerRecord<byte[], byte[]> record = view("{\"a\":\n [1.0,\r\n\"x\\ny\"]}");
        record.headers().add("sluice-policy", "7".getBytes(UTF_8));

        String line = new String(EventLine.of(event(record)), UTF_8);

        assertThat(line).endsWith("}\n").containsOnlyOnce("\n").contains("[1.0,");
        JsonNode event = StrictJson.read(line.trim().getBytes(UTF_8));
        assertThat(event.path("specversion").asText()).isEqualTo("1.0");
        assertThat(event.path("id").asText()).isEqualTo("r1_x");
        assertThat(event.path("datacontenttype").asText()).isEqualTo("application/json");
        assertThat(event.path("sluicepolicy").asText()).isEqualTo("7");
        assertThat(event.path("data").path("a").get(1).asText()).isEqualTo("x\ny");
    }

    @Test
    void whatIsNoJsonGoesOutAsBase64() throws Exception {
        String line = new String(EventLine.of(event(view("{broken"))), UTF_8);

        assertThat(StrictJson.read(line.trim().getBytes(UTF_8))
                        .path("data_base64")
                        .asText())
                .isEqualTo("e2Jyb2tlbg==");
    }

    private static ReleasedEvent event(ConsumerRecord<byte[], byte[]> record) {
        return ReleasedEvent.of("care", record).orElseThrow();
    }

    private static ConsumerRecord<byte[], byte[]> view(String data) {
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>("t", 0, 0, null, data.getBytes(UTF_8));
        record.headers()
                .add("ce_specversion", "1.0".getBytes(UTF_8))
                .add("ce_id", "r1_x".getBytes(UTF_8))
                .add("ce_source", "urn:sluice:dev:dataset:orders".getBytes(UTF_8))
                .add("ce_type", "io.sluice.view.orders".getBytes(UTF_8))
                .add("content-type", "application/json".getBytes(UTF_8));
        return record;
    }
}
