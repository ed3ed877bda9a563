package io.sluice.benchmarks.protect;

import io.sluice.jobs.kafka.IngressRecord;
import io.sluice.jobs.kafka.KafkaOutput;
import java.nio.file.Path;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Stands where the protect function stands and does nothing: no seal is opened, no state is kept, nothing is decided. It
 * writes as many outputs to the same topics as the protect job did for the same record, each as long as it was there.
 */
final class PassThroughFunction extends KeyedProcessFunction<String, IngressRecord, KafkaOutput> {
    private static final long serialVersionUID = 1;

    private final String shapesFile;
    private transient @Nullable OutputShapes shapes;

    PassThroughFunction(Path shapesFile) {
        this.shapesFile = shapesFile.toString();
    }

    @Override
    public void open(OpenContext context) {
        shapes = OutputShapes.read(Path.of(shapesFile));
    }

    @Override
    public void processElement(IngressRecord record, Context context, Collector<KafkaOutput> out) {
        OutputShapes open = java.util.Objects.requireNonNull(shapes, "the function is not open");
        open.outputs(record).forEach(out::collect);
    }
}
