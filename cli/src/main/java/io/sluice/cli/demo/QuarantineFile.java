package io.sluice.cli.demo;

import io.sluice.certs.DevIdentity;
import io.sluice.cli.output.Json;
import io.sluice.cli.stack.EmbeddedStack;
import io.sluice.core.event.Headers;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** {@code quarantine.ndjson}: what stands in quarantine, why, and the payload as it is there: sealed. */
final class QuarantineFile {
    private QuarantineFile() {}

    /** Writes the file and returns how many records it has. */
    static long write(EmbeddedStack stack, Path target) {
        Map<String, Object> settings = stack.kafka(DevIdentity.ADMIN);
        settings.put("isolation.level", "read_committed");
        String topic = stack.topics().quarantine();
        long written = 0;
        try (KafkaConsumer<byte[], byte[]> consumer =
                        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
                BufferedWriter out = Files.newBufferedWriter(target)) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    out.write(line(record));
                    out.newLine();
                    written++;
                }
            }
            return written;
        } catch (IOException e) {
            throw new UncheckedIOException(target + " cannot be written", e);
        }
    }

    private static String line(ConsumerRecord<byte[], byte[]> record) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("position", text(record, Headers.POSITION));
        line.put("reason", text(record, Headers.REASON));
        line.put("recipients", text(record, Headers.RECIPIENTS));
        line.put("attempt", text(record, Headers.ATTEMPT));
        byte[] value = record.value() == null ? new byte[0] : record.value();
        line.put("sealed", Base64.getEncoder().encodeToString(value));
        return Json.line(line);
    }

    private static String text(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }
}
