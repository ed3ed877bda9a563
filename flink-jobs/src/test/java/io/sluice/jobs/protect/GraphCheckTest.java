package io.sluice.jobs.protect;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.jobs.kafka.ClientSettings;
import io.sluice.jobs.protect.ProtectKeys.KeyFolder;
import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.streaming.runtime.operators.sink.SinkWriterOperatorFactory;
import org.apache.flink.streaming.runtime.partitioner.RebalancePartitioner;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** P4 rests on the graph: a graph in which a view and its entry could part is refused. */
@NullUnmarked // what is null here fails the test
class GraphCheckTest {
    private final StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    private final ProtectConfig config = ProtectConfig.of(
                    ClientSettings.of(Map.of("bootstrap.servers", "localhost:1")),
                    "dev",
                    ProtectKeys.of(KeyFolder.of(Path.of("a"), Path.of("b")), KeyFolder.of(Path.of("c"), Path.of("d"))),
                    ProtectPolicy.of(Path.of("trust-root.json")))
            .withRun(ProtectRun.of("dev").withParallelism(3));

    @Test
    void takesTheJobAsItIsBuilt() {
        build();

        assertThatCode(() -> GraphCheck.require(env.getStreamGraph(false))).doesNotThrowAnyException();
    }

    @Test
    void p4RefusesASinkOfAnotherParallelism() {
        build();
        StreamGraph graph = env.getStreamGraph(false);
        graph.setParallelism(writer(graph).getId(), 2);

        assertThatThrownBy(() -> GraphCheck.require(graph)).hasMessageContaining("they must be equal");
    }

    @Test
    void p4RefusesARebalance() {
        build();
        StreamGraph graph = env.getStreamGraph(false);
        writer(graph).getInEdges().forEach(edge -> edge.setPartitioner(new RebalancePartitioner<>()));

        assertThatThrownBy(() -> GraphCheck.require(graph)).hasMessageContaining("forward edge");
    }

    @Test
    void p4RefusesABrokenChain() {
        env.disableOperatorChaining();

        assertThatThrownBy(this::build).hasMessageContaining("chained into one task");
    }

    @Test
    void p4RefusesASecondSink() {
        build();
        env.fromData("x").sinkTo(new org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink<>());

        assertThatThrownBy(() -> GraphCheck.require(env.getStreamGraph(false))).hasMessageContaining("2 sinks");
    }

    @Test
    void p2RefusesUnalignedCheckpoints() {
        build();
        env.getCheckpointConfig().enableUnalignedCheckpoints();

        assertThatThrownBy(() -> GraphCheck.require(env.getStreamGraph(false))).hasMessageContaining("unaligned");
    }

    @Test
    void refusesAtLeastOnceAndGenericTypes() {
        build();
        env.enableCheckpointing(1_000, CheckpointingMode.AT_LEAST_ONCE);
        org.apache.flink.configuration.Configuration generic = new org.apache.flink.configuration.Configuration();
        generic.set(PipelineOptions.GENERIC_TYPES, true);
        env.configure(generic);

        assertThatThrownBy(() -> GraphCheck.require(env.getStreamGraph(false)))
                .hasMessageContaining("exactly once")
                .hasMessageContaining("generic-types");
    }

    private void build() {
        ProtectJob.build(env, config, new ProtectFunction(new SharedSteps(config), config.limits()));
    }

    private static StreamNode writer(StreamGraph graph) {
        return graph.getStreamNodes().stream()
                .filter(node -> node.getOperatorFactory() instanceof SinkWriterOperatorFactory)
                .findFirst()
                .orElseThrow();
    }
}
