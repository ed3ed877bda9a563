package io.sluice.benchmarks.protect;

import io.sluice.benchmarks.ProcessorTime;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.stack.JobRunner;
import io.sluice.jobs.protect.ProtectConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * One job over the whole input, from its start to its last commit. The rate is taken from the broker's clock: {@code
 * audit.entries} is stamped when a batch is appended, so the records behind the first tenth, divided by the time between
 * that entry and the last, leave out the start of the job and depend on no observer.
 *
 * @param recordsPerSecond the rate
 * @param processorMicros of this process, in microseconds a record, by part, over about the same records; empty of a round too
 *     short to look twice
 * @param committed what it wrote
 * @param volumes the same in numbers, by topic
 */
record Round(
        double recordsPerSecond,
        SortedMap<String, Double> processorMicros,
        Committed committed,
        SortedMap<String, Committed.Volume> volumes) {
    /** So long nothing may come from a job that is not done: longer than all that it waits for. */
    private static final Duration STALL_LIMIT = Duration.ofMinutes(1);

    private static final Duration POLL = Duration.ofMillis(200);
    /** So long nothing may change before a round counts as over: two checkpoints. */
    private static final Duration QUIET = Duration.ofSeconds(2);

    private static final int RAMP_SHARE = 10;

    /**
     * Runs a job.
     *
     * @param job names it
     * @param topology adds the job to an environment
     */
    static Round run(
            TestBed bed,
            String job,
            int parallelism,
            int records,
            BiConsumer<StreamExecutionEnvironment, ProtectConfig> topology) {
        String name = bed.newRun(job);
        List<String> topics = topics(bed);
        Map<TopicPartition, Long> begin = ends(bed, topics, IsolationLevel.READ_UNCOMMITTED);
        Path checkpoints = bed.folder().resolve("checkpoints").resolve(name);
        ProtectConfig config = bed.config(name, parallelism);
        SortedMap<String, Double> processorMicros;
        try (JobRunner runner = JobRunner.start(name, checkpoints, parallelism, env -> topology.accept(env, config))) {
            processorMicros = awaitEnd(bed, runner, begin, records);
        }
        Committed committed = new Committed(bed, begin);
        List<Long> appended = new ArrayList<>(records);
        committed.read(bed.topics().audit(), entry -> appended.add(entry.timestamp()));
        if (appended.size() != records) {
            throw new CommandFailure(name + " wrote " + appended.size() + " entries for " + records + " records");
        }
        SortedMap<String, Committed.Volume> volumes = new TreeMap<>();
        topics.forEach(topic -> volumes.put(topic, committed.volume(topic)));
        long quarantined = volumes.getOrDefault(bed.topics().quarantine(), new Committed.Volume(0, 0))
                .records();
        if (quarantined > 0) {
            throw new CommandFailure(name + " quarantined " + quarantined + " records");
        }
        return new Round(rate(appended), processorMicros, committed, volumes);
    }

    /** Frees the disk of what was written so far. */
    static void discard(TestBed bed) {
        Map<TopicPartition, RecordsToDelete> written = new HashMap<>();
        ends(bed, topics(bed), IsolationLevel.READ_UNCOMMITTED)
                .forEach((at, end) -> written.put(at, RecordsToDelete.beforeOffset(end)));
        await("deleting what was measured", bed.admin().deleteRecords(written).all());
    }

    /** What both jobs write alike. Plans are not among it: they are written once a job. */
    private static List<String> topics(TestBed bed) {
        List<String> topics =
                new ArrayList<>(List.of(bed.topics().audit(), bed.topics().quarantine()));
        BenchRulebook.RECIPIENTS.forEach(recipient -> topics.add(bed.topics().released(recipient)));
        return topics;
    }

    private static double rate(List<Long> appendedMs) {
        int first = appendedMs.size() / RAMP_SHARE;
        int last = appendedMs.size() - 1;
        return (last - first) * 1_000.0 / Math.max(1, appendedMs.get(last) - appendedMs.get(first));
    }

    /**
     * Waits until all entries stand in the topic and no transaction is open any more.
     *
     * @return the processor time of the records behind the first tenth, as far as it was looked at when they stood there
     */
    private static SortedMap<String, Double> awaitEnd(
            TestBed bed, JobRunner runner, Map<TopicPartition, Long> begin, int records) {
        List<String> topics = topics(bed);
        Map<TopicPartition, Long> before = Map.of();
        long changed = System.nanoTime();
        ProcessorTime ramped = null;
        long rampedEntries = 0;
        SortedMap<String, Double> processorMicros = null;
        while (true) {
            LockSupport.parkNanos(POLL.toNanos());
            Map<TopicPartition, Long> now = ends(bed, topics, IsolationLevel.READ_UNCOMMITTED);
            if (!now.equals(before)) {
                before = now;
                changed = System.nanoTime();
            }
            long entries = now.entrySet().stream()
                    .filter(end -> end.getKey().topic().equals(bed.topics().audit()))
                    .mapToLong(end -> end.getValue() - begin.getOrDefault(end.getKey(), 0L))
                    .sum();
            if (ramped == null && entries >= records / RAMP_SHARE) {
                ramped = ProcessorTime.now();
                rampedEntries = entries;
            } else if (ramped != null
                    && processorMicros == null
                    && entries >= records
                    && rampedEntries <= records / 2) { // what is left would be too few to tell
                processorMicros = ProcessorTime.now().since(ramped, entries - rampedEntries, JobPart::of);
            }
            long quietNanos = System.nanoTime() - changed;
            boolean quiet = quietNanos > QUIET.toNanos();
            if (entries >= records && quiet && now.equals(ends(bed, topics, IsolationLevel.READ_COMMITTED))) {
                return processorMicros == null ? new TreeMap<>() : processorMicros;
            }
            if (!runner.alive() || quietNanos > STALL_LIMIT.toNanos()) {
                throw new CommandFailure("The job wrote " + entries + " entries of " + records + " and then "
                        + (runner.alive() ? "nothing more" : "ended"));
            }
        }
    }

    private static Map<TopicPartition, Long> ends(TestBed bed, List<String> topics, IsolationLevel isolation) {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        await("describing topics", bed.admin().describeTopics(topics).allTopicNames())
                .forEach((name, topic) -> topic.partitions()
                        .forEach(p -> asked.put(new TopicPartition(name, p.partition()), OffsetSpec.latest())));
        Map<TopicPartition, Long> ends = new HashMap<>();
        await(
                        "asking for offsets",
                        bed.admin()
                                .listOffsets(asked, new ListOffsetsOptions(isolation))
                                .all())
                .forEach((at, info) -> ends.put(at, info.offset()));
        return ends;
    }

    private static <T> T await(String what, org.apache.kafka.common.KafkaFuture<T> answer) {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("Interrupted while " + what, e);
        } catch (ExecutionException e) {
            throw new CommandFailure("The broker failed while " + what, e.getCause());
        }
    }
}
