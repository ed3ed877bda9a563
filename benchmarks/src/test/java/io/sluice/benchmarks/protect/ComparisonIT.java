package io.sluice.benchmarks.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.demo.FhirResources;
import io.sluice.jobs.kafka.IngressRecord;
import io.sluice.jobs.kafka.KafkaOutput;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pass-through job that does other work than the protect job gives no number. */
@NullUnmarked // what is null here fails the test
class ComparisonIT {
    private static final int RECORDS = 60;

    @TempDir
    Path folder;

    /** What a cheating pass-through would do to the outputs of one record. */
    private enum Cheat {
        NONE {
            @Override
            List<KafkaOutput> of(List<KafkaOutput> outputs) {
                return outputs;
            }
        },
        ONE_ENTRY_MORE {
            @Override
            List<KafkaOutput> of(List<KafkaOutput> outputs) {
                return List.of(outputs.get(outputs.size() - 1), outputs.get(outputs.size() - 1));
            }
        },
        VIEWS_LEFT_OUT {
            @Override
            List<KafkaOutput> of(List<KafkaOutput> outputs) {
                return outputs.subList(outputs.size() - 1, outputs.size());
            }
        },
        A_VIEW_OF_ONE_BYTE {
            @Override
            List<KafkaOutput> of(List<KafkaOutput> outputs) {
                KafkaOutput view = outputs.get(0);
                List<KafkaOutput> cheated = new java.util.ArrayList<>(outputs);
                cheated.set(
                        0,
                        new KafkaOutput(
                                view.topic(),
                                view.partition(),
                                view.timestampMs(),
                                view.key(),
                                view.headers(),
                                new byte[1]));
                return cheated;
            }
        };

        abstract List<KafkaOutput> of(List<KafkaOutput> outputs);
    }

    /** The pass-through function, but for one record. */
    private static final class Cheats extends KeyedProcessFunction<String, IngressRecord, KafkaOutput> {
        private static final long serialVersionUID = 1;
        private final String file;
        private final Cheat cheat;
        private transient OutputShapes shapes;

        Cheats(Path file, Cheat cheat) {
            this.file = file.toString();
            this.cheat = cheat;
        }

        @Override
        public void open(OpenContext context) {
            shapes = OutputShapes.read(Path.of(file));
        }

        @Override
        public void processElement(IngressRecord record, Context context, Collector<KafkaOutput> out) {
            boolean cheats =
                    record.position().partition() == 0 && record.position().offset() == 3;
            List<KafkaOutput> outputs = shapes.outputs(record);
            (cheats ? cheat.of(outputs) : outputs).forEach(out::collect);
        }
    }

    @Test
    void aPassThroughThatDoesOtherWorkGivesNoNumber() {
        try (TestBed bed = TestBed.start(folder, Path.of(System.getProperty("sluice.home"), "policies/rulebook"))) {
            SealedInput.publish(bed, FhirResources.generated(1, Instant.now()).iterator(), RECORDS, sent -> {});

            AtomicReference<Cheat> cheat = new AtomicReference<>();
            Comparison comparison = new Comparison(bed, RECORDS, 1, file -> new Cheats(file, cheat.get()), line -> {});
            comparison.learn();

            cheat.set(Cheat.ONE_ENTRY_MORE);
            assertThatThrownBy(() -> comparison.passThrough("1"))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessageContaining("wrote 61 entries for 60 records");
            cheat.set(Cheat.VIEWS_LEFT_OUT);
            assertThatThrownBy(() -> comparison.passThrough("2"))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessageContaining("the two jobs are not comparable");
            cheat.set(Cheat.A_VIEW_OF_ONE_BYTE);
            assertThatThrownBy(() -> comparison.passThrough("3"))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessageContaining("the two jobs are not comparable");
            cheat.set(Cheat.NONE);
            assertThat(comparison.passThrough("4").volumes()).containsKey("bench.audit.entries");
        }
    }
}
