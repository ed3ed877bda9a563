package io.sluice.jobs.protect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import io.sluice.jobs.kafka.KafkaOutput;
import io.sluice.protection.seal.Header;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.NullUnmarked;

/** What left a function, by topic. */
@NullUnmarked // what is null here fails the test
record Outputs(List<KafkaOutput> all) {
    List<KafkaOutput> of(String topic) {
        return all.stream().filter(output -> output.topic().equals(topic)).toList();
    }

    List<KafkaOutput> views(String recipient) {
        return of(World.TOPICS.released(recipient));
    }

    List<JsonNode> entries() {
        return of(World.TOPICS.audit()).stream().map(Outputs::json).toList();
    }

    JsonNode entry() {
        assertThat(entries()).hasSize(1);
        return entries().get(0);
    }

    KafkaOutput quarantined() {
        assertThat(of(World.TOPICS.quarantine())).hasSize(1);
        return of(World.TOPICS.quarantine()).get(0);
    }

    List<KafkaOutput> allViews() {
        List<KafkaOutput> views = new ArrayList<>();
        TestPolicy.RECIPIENTS.forEach(recipient -> views.addAll(views(recipient)));
        return views;
    }

    JsonNode recipient(String recipient) {
        for (JsonNode outcome : entry().path("recipients")) {
            if (outcome.path("id").asText().equals(recipient)) {
                return outcome;
            }
        }
        throw new AssertionError("no outcome for " + recipient);
    }

    static JsonNode json(KafkaOutput output) {
        return json(output.value());
    }

    static JsonNode json(byte[] bytes) {
        try {
            return StrictJson.read(bytes);
        } catch (MalformedJsonException e) {
            throw new AssertionError(e);
        }
    }

    static Map<String, String> headers(KafkaOutput output) {
        Map<String, String> headers = new TreeMap<>();
        for (Header header : output.headers()) {
            String before = headers.put(header.name(), new String(header.value(), StandardCharsets.UTF_8));
            if (header.name().toLowerCase(Locale.ROOT).startsWith("sluice-")) {
                assertThat(before).as(header.name()).isNull();
            }
        }
        return headers;
    }
}
