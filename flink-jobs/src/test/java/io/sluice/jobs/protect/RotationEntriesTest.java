package io.sluice.jobs.protect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.protection.keys.RingKey;
import io.sluice.protection.keys.Rotation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key version that the job made has its entry, once, whichever step a process dies at. */
@NullUnmarked // what is null here fails the test
class RotationEntriesTest {
    private static final AtomicInteger KEYS = new AtomicInteger();
    private static TestKeys keys;

    /** Of each turn, the last at the end. */
    private final List<MockProducer<byte[], byte[]>> turns = new ArrayList<>();

    private KafkaException fault;
    private final Set<String> committed = new HashSet<>();
    private World world;
    private RingKey left;
    private String id;
    private RotationEntries entries;

    @BeforeAll
    static void makeKeys(@TempDir Path folder) {
        keys = TestKeys.in(folder); // its keys are due: a job of another test would replace them
    }

    @BeforeEach
    void aJobDiedAfterItRotated() {
        world = new World(keys);
        left = world.rotatedByAJobThatDied("encrypt.left" + KEYS.incrementAndGet());
        Rotation rotation = world.fields.ring().untold().get(0);
        id = "keys.fields/" + left.name() + "/2/" + rotation.at();
        entries = new RotationEntries(
                World.TOPICS,
                world.fields.ring(),
                () -> {
                    turns.add(new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()));
                    producer().commitTransactionException = fault;
                    return producer();
                },
                (asked, since) -> {
                    assertThat(producer().transactionInitialized())
                            .as("nobody else can write meanwhile")
                            .isTrue();
                    assertThat(since).isBefore(Instant.now().minus(Duration.ofMinutes(59)));
                    return committed.contains(asked);
                });
    }

    private MockProducer<byte[], byte[]> producer() {
        return turns.get(turns.size() - 1);
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void theNextTellsOfItOnce() throws Exception {
        entries.write();
        entries.write();

        assertThat(turns).as("nothing was left to tell").hasSize(1);
        assertThat(producer().commitCount()).isEqualTo(1);
        assertThat(producer().history()).singleElement().satisfies(sent -> {
            assertThat(sent.topic()).isEqualTo("dev.audit.entries");
            assertThat(sent.partition()).isZero();
            assertThat(sent.key()).isEqualTo(id.getBytes(UTF_8));
            JsonNode entry = Outputs.json(sent.value());
            assertThat(entry.path("id").asText()).isEqualTo(id);
            assertThat(entry.path("code").asText()).isEqualTo("key-rotated");
            assertThat(entry.path("detail").toString())
                    .isEqualTo("{\"cause\":\"age\",\"id\":\""
                            + world.fields.ring().getOrCreate(left.name()).id()
                            + "\",\"key\":\"" + left.name() + "\",\"store\":\"fields\",\"version\":2}");
        });
        assertThat(world.fields.ring().untold()).isEmpty();
        assertThat(producer().closed()).isTrue();
    }

    @Test
    void whatIsNotCommittedStaysUntold() {
        fault = new KafkaException("gone");
        assertThatThrownBy(entries::write).isInstanceOf(KafkaException.class);
        assertThat(producer().history()).isEmpty();
        assertThat(world.fields.ring().untold()).hasSize(1);
        assertThat(producer().closed()).isTrue();

        fault = null;
        entries.write();
        assertThat(producer().history()).hasSize(1);
        assertThat(world.fields.ring().untold()).isEmpty();
    }

    /** It died after the commit and before it could note that. */
    @Test
    void whatIsCommittedIsNotWrittenAgain() {
        committed.add(id);
        entries.write();
        assertThat(producer().history()).isEmpty();
        assertThat(world.fields.ring().untold()).isEmpty();
    }

    @Test
    void whatARestoredRingMakesAgainHasAnEntryOfItsOwn() throws Exception {
        String name = world.agedKey("encrypt.again" + KEYS.incrementAndGet()).name();
        Path ring = world.fieldRing();
        Path backup = ring.resolveSibling("backup.json");
        Files.copy(ring, backup, StandardCopyOption.COPY_ATTRIBUTES);
        world.rotatedByAJobThatDied(name);
        entries.write();
        turns.forEach(turn -> turn.history().forEach(sent -> committed.add(new String(sent.key(), UTF_8))));

        Files.move(backup, ring, StandardCopyOption.ATOMIC_MOVE);
        world.rotatedByAJobThatDied(name);
        entries.write();

        assertThat(turns.stream().flatMap(turn -> turn.history().stream()))
                .extracting(sent -> new String(sent.key(), UTF_8))
                .filteredOn(told -> told.startsWith("keys.fields/" + name + "/2/"))
                .hasSize(2)
                .doesNotHaveDuplicates();
        assertThat(world.fields.ring().untold()).isEmpty();
    }
}
