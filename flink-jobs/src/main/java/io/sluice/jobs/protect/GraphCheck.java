package io.sluice.jobs.protect;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.runtime.OperatorIDPair;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.streaming.api.graph.StreamEdge;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.streaming.runtime.operators.sink.SinkWriterOperatorFactory;
import org.apache.flink.streaming.runtime.partitioner.ForwardPartitioner;
import org.apache.flink.streaming.runtime.partitioner.KeyGroupStreamPartitioner;

/**
 * Refuses a graph in which a view and its entry could part. They share a transaction only while the protect function and
 * the one sink writer are one task: chained over a forward edge, of equal parallelism. Flink does not say so when they
 * are not; it inserts a rebalance, and half of the pairs part (measured, platform notes 1.3). It also refuses a
 * checkpointing that could store payloads or lose the guarantee.
 */
final class GraphCheck {
    private GraphCheck() {}

    /**
     * Checks the graph.
     *
     * @throws IllegalStateException naming what is wrong
     */
    static void require(StreamGraph graph) {
        List<String> faults = new ArrayList<>();
        checkpoints(graph, faults);
        List<StreamNode> writers = graph.getStreamNodes().stream()
                .filter(node -> node.getOperatorFactory() instanceof SinkWriterOperatorFactory)
                .toList();
        StreamNode protect = graph.getStreamNodes().stream()
                .filter(node -> ProtectJob.PROTECT_UID.equals(node.getTransformationUID()))
                .findFirst()
                .orElse(null);
        if (protect == null || writers.size() != 1) {
            faults.add("there must be one protect function and one sink, not " + writers.size() + " sinks");
        } else {
            edges(protect, writers.get(0), faults);
            chain(graph, protect, writers.get(0), faults);
        }
        if (!faults.isEmpty()) {
            throw new IllegalStateException("The protect job refuses to start: " + String.join("; ", faults));
        }
    }

    private static void checkpoints(StreamGraph graph, List<String> faults) {
        if (!graph.getCheckpointConfig().isCheckpointingEnabled()
                || graph.getCheckpointConfig().getCheckpointingConsistencyMode() != CheckpointingMode.EXACTLY_ONCE) {
            faults.add("checkpoints must be on and exactly once");
        }
        if (graph.getCheckpointConfig().isUnalignedCheckpointsEnabled()) {
            faults.add("unaligned checkpoints must be off: they store records in flight");
        }
        if (!graph.getExecutionConfig().getSerializerConfig().hasGenericTypesDisabled()) {
            faults.add("pipeline.generic-types must be false");
        }
    }

    private static void edges(StreamNode protect, StreamNode writer, List<String> faults) {
        List<StreamEdge> out = protect.getOutEdges();
        if (out.size() != 1
                || out.get(0).getTargetId() != writer.getId()
                || !(out.get(0).getPartitioner() instanceof ForwardPartitioner)) {
            faults.add("protect must lead to the sink alone, over a forward edge");
        }
        if (protect.getParallelism() != writer.getParallelism()) {
            faults.add("protect has parallelism " + protect.getParallelism() + " and the sink "
                    + writer.getParallelism() + "; they must be equal");
        }
        if (!protect.getInEdges().stream().allMatch(in -> in.getPartitioner() instanceof KeyGroupStreamPartitioner)) {
            faults.add("protect must be keyed");
        }
    }

    private static void chain(StreamGraph graph, StreamNode protect, StreamNode writer, List<String> faults) {
        Set<String> both = Set.of(protect.getTransformationUID(), writer.getTransformationUID());
        boolean together = false;
        for (JobVertex vertex : graph.getJobGraph().getVertices()) {
            Set<String> uids = vertex.getOperatorIDs().stream()
                    .map(OperatorIDPair::getUserDefinedOperatorUid)
                    .filter(java.util.Objects::nonNull)
                    .collect(Collectors.toSet());
            together |= uids.containsAll(both);
        }
        if (!together) {
            faults.add("protect and the sink must be chained into one task");
        }
    }
}
