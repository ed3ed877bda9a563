package io.sluice.benchmarks.protect;

import io.sluice.benchmarks.ProcessorTime;
import io.sluice.cli.CommandFailure;
import io.sluice.jobs.kafka.IngressRecord;
import io.sluice.jobs.kafka.KafkaOutput;
import io.sluice.jobs.protect.ProtectJob;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.jspecify.annotations.Nullable;

/** Alternates rounds of both jobs over one input once they are warm, and takes the medians. */
final class Comparison {
    /**
     * Rates of one job, in records a second.
     *
     * @param median of all rounds
     * @param least the slowest round
     * @param most the fastest round
     */
    record Rates(double median, double least, double most) {
        static Rates of(List<Double> rounds) {
            if (rounds.isEmpty()) {
                return new Rates(0, 0, 0);
            }
            List<Double> sorted = rounds.stream().sorted().toList();
            int middle = sorted.size() / 2;
            double median =
                    sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
            return new Rates(median, sorted.get(0), sorted.get(sorted.size() - 1));
        }
    }

    /** What came out. */
    record Result(Job protect, Job passThrough, SortedMap<String, Committed.Volume> volumes) {
        double ratio() {
            return protect.rates().median() / passThrough.rates().median();
        }

        /** The same by processor time; empty where the rounds were too short to tell. */
        OptionalDouble processorRatio() {
            return protect.processorMicros() > 0 && passThrough.processorMicros() > 0
                    ? OptionalDouble.of(passThrough.processorMicros() / protect.processorMicros())
                    : OptionalDouble.empty();
        }
    }

    /**
     * One job's.
     *
     * @param processorMicros of its rounds the median, a record
     * @param parts the same part by part
     */
    record Job(Rates rates, double processorMicros, SortedMap<String, Double> parts) {
        static Job of(List<Round> rounds) {
            SortedMap<String, Double> parts = new TreeMap<>();
            for (Round round : rounds) {
                round.processorMicros()
                        .keySet()
                        .forEach(part -> parts.put(part, median(rounds, used -> used.getOrDefault(part, 0.0))));
            }
            return new Job(
                    Rates.of(rounds.stream().map(Round::recordsPerSecond).toList()),
                    median(
                            rounds,
                            used -> used.values().stream()
                                    .mapToDouble(micros -> micros)
                                    .sum()),
                    parts);
        }

        private static double median(List<Round> rounds, ToDoubleFunction<SortedMap<String, Double>> micros) {
            return Rates.of(rounds.stream()
                            .map(Round::processorMicros)
                            .filter(used -> !used.isEmpty())
                            .map(micros::applyAsDouble)
                            .toList())
                    .median();
        }
    }

    /** The JVM compiles what a job does while its first rounds run; it is warm when a round is not faster than the one before by more than this. */
    private static final double STEADY = 1.05;

    private final TestBed bed;
    private final int records;
    private final int parallelism;
    private final Function<Path, KeyedProcessFunction<String, IngressRecord, KafkaOutput>> passThrough;
    private final Consumer<String> progress;
    private final Path shapesFile;
    private @Nullable SortedMap<String, Committed.Volume> volumes;

    /**
     * @param passThrough makes the function to compare with, from the file with the shapes of the outputs
     * @param progress told each round's rate
     */
    Comparison(
            TestBed bed,
            int records,
            int parallelism,
            Function<Path, KeyedProcessFunction<String, IngressRecord, KafkaOutput>> passThrough,
            Consumer<String> progress) {
        this.bed = bed;
        this.records = records;
        this.parallelism = parallelism;
        this.passThrough = passThrough;
        this.progress = progress;
        this.shapesFile = bed.folder().resolve("shapes.bin");
    }

    /**
     * Runs both jobs until they are warm, then in turn.
     *
     * @param warmUps rounds of each job at most before the measured ones, from 1
     * @param rounds measured rounds of each job
     * @throws CommandFailure where a round did not write exactly what it must: no rate is given then
     */
    Result run(int warmUps, int rounds) {
        Round first = learn();
        warmUp(warmUps, first.recordsPerSecond(), this::protect);
        warmUp(warmUps, 0, this::passThrough);
        List<Round> protect = new ArrayList<>();
        List<Round> passThrough = new ArrayList<>();
        for (int i = 1; i <= rounds; i++) {
            protect.add(protect(i + ""));
            Round.discard(bed);
            passThrough.add(passThrough(i + ""));
            Round.discard(bed);
        }
        return new Result(Job.of(protect), Job.of(passThrough), first.volumes());
    }

    /** Runs the protect job once: what it writes is what every round must write from now on. */
    Round learn() {
        Round first = protect("warm-up 1");
        volumes = first.volumes();
        OutputShapes.of(bed, first.committed(), records).write(shapesFile);
        Round.discard(bed);
        return first;
    }

    private void warmUp(int warmUps, double firstRate, Function<String, Round> job) {
        double before = firstRate;
        for (int i = firstRate == 0 ? 1 : 2; i <= warmUps; i++) {
            double rate = job.apply("warm-up " + i).recordsPerSecond();
            Round.discard(bed);
            if (rate < before * STEADY) {
                return;
            }
            before = rate;
        }
    }

    private Round protect(String name) {
        return round("protect", name, Round.run(bed, "protect", parallelism, records, ProtectJob::build));
    }

    /** A round of the pass-through, after {@link #learn}. */
    Round passThrough(String name) {
        return round(
                "pass-through",
                name,
                Round.run(
                        bed,
                        "pass-through",
                        parallelism,
                        records,
                        (env, config) -> ProtectJob.build(env, config, passThrough.apply(shapesFile))));
    }

    private Round round(String job, String name, Round round) {
        progress.accept(String.format(
                Locale.ROOT,
                "%-12s %-9s %,9.0f records/s, processor us a record: %s",
                job,
                name,
                round.recordsPerSecond(),
                ProcessorTime.text(round.processorMicros())));
        if (volumes != null && !round.volumes().equals(volumes)) {
            throw new CommandFailure("Round " + name + " of " + job + " wrote " + round.volumes() + ", the first one "
                    + volumes + "; the two jobs are not comparable");
        }
        return round;
    }
}
