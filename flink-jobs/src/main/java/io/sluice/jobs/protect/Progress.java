package io.sluice.jobs.protect;

import io.sluice.core.event.IngressPosition;
import io.sluice.jobs.kafka.IngressRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple4;

/**
 * How far a job has come in each partition of {@code events.ingress}: what a checkpoint knows. Records of a partition meet
 * several subtasks, so a checkpoint's word is the highest of theirs. Confined to the task thread.
 */
final class Progress {
    /** By partition; of generations the newest. */
    private final Map<Integer, Mark> marks = new TreeMap<>();

    /** The newest record of a partition. */
    private static final class Mark {
        private int generation;
        private long offset;
        private long appendedMs;

        private Mark(int generation, long offset, long appendedMs) {
            this.generation = generation;
            this.offset = offset;
            this.appendedMs = appendedMs;
        }
    }

    /** In operator state, as a union list: generation, partition, offset, append time. */
    static ListStateDescriptor<Tuple4<Integer, Integer, Long, Long>> descriptor() {
        return new ListStateDescriptor<>("progress", Types.TUPLE(Types.INT, Types.INT, Types.LONG, Types.LONG));
    }

    /** Takes up a record of {@code events.ingress}. */
    void passed(IngressRecord record) {
        passed(
                record.position().generation(),
                record.position().partition(),
                record.position().offset(),
                record.appendedMs());
    }

    /** Takes up what a subtask knew. */
    void restore(Iterable<Tuple4<Integer, Integer, Long, Long>> state) {
        for (Tuple4<Integer, Integer, Long, Long> mark : state) {
            passed(mark.f0, mark.f1, mark.f2, mark.f3);
        }
    }

    List<Tuple4<Integer, Integer, Long, Long>> state() {
        List<Tuple4<Integer, Integer, Long, Long>> state = new ArrayList<>();
        marks.forEach(
                (partition, mark) -> state.add(Tuple4.of(mark.generation, partition, mark.offset, mark.appendedMs)));
        return state;
    }

    private void passed(int generation, int partition, long offset, long appendedMs) {
        Mark mark = marks.get(partition);
        if (mark == null) {
            marks.put(partition, new Mark(generation, offset, appendedMs));
        } else if (generation > mark.generation || generation == mark.generation && offset > mark.offset) {
            mark.generation = generation;
            mark.offset = offset;
            mark.appendedMs = appendedMs;
        }
    }

    /** Whether a position was not reached yet. */
    boolean isBefore(IngressPosition position) {
        Mark mark = marks.get(position.partition());
        return mark == null
                || position.generation() > mark.generation
                || position.generation() == mark.generation && position.offset() > mark.offset;
    }

    /** The broker's append time of the newest record, 0 where there is none: the checkpoint is not older. */
    long newestAppendedMs() {
        return marks.values().stream().mapToLong(mark -> mark.appendedMs).max().orElse(0);
    }

    /** The first position of each partition that comes next; what is not listed begins at its start. */
    List<String> next() {
        List<String> next = new ArrayList<>();
        marks.forEach((partition, mark) ->
                next.add(new IngressPosition(mark.generation, partition, mark.offset + 1).entryId(0)));
        return next;
    }
}
