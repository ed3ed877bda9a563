package io.sluice.jobs.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.protection.seal.Header;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.record.SimpleRecord;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked // what is null here fails the test
class KafkaOutputTest {
    @Test
    void theBoundIsNeverBelowWhatKafkaWritesAndHardlyAbove() {
        long seed = 20_261_123;
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            List<Header> headers = new ArrayList<>();
            List<org.apache.kafka.common.header.Header> same = new ArrayList<>();
            for (int h = random.nextInt(12); h > 0; h--) {
                String name = "ø".repeat(random.nextInt(200));
                byte[] value = random.nextInt(5) == 0 ? null : new byte[random.nextInt(5_000)];
                headers.add(new Header(name, value));
                same.add(new RecordHeader(name, value));
            }
            byte[] key = random.nextInt(5) == 0
                    ? null
                    : "k".repeat(random.nextInt(100)).getBytes(UTF_8);
            byte[] value = random.nextInt(5) == 0 ? null : new byte[random.nextInt(2_000_000)];
            KafkaOutput output = new KafkaOutput("t", KafkaOutput.BY_KEY, 1_763_890_200_000L, key, headers, value);
            int written = MemoryRecords.withRecords(
                            Compression.NONE,
                            new SimpleRecord(
                                    1_763_890_200_000L,
                                    key,
                                    value,
                                    same.toArray(new org.apache.kafka.common.header.Header[0])))
                    .sizeInBytes();

            assertThat(output.sizeBound()).isBetween((long) written, (long) written + 36 + 10L * headers.size());
        }
    }
}
