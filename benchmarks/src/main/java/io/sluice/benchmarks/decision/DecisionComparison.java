package io.sluice.benchmarks.decision;

import io.sluice.cli.CommandFailure;
import io.sluice.core.decision.Decision;
import io.sluice.core.decision.ReleaseInput;
import io.sluice.policies.evaluate.ActivePolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Asks both engines the same new questions, and then the cache, from one thread, as a subtask of the protect job does.
 * What is timed is {@link ActivePolicy#release}: the encoding of the question, the evaluation, the strict reading of the
 * answer. A round in which the engines disagree, or a question was not answered by what it should be, ends the run.
 */
final class DecisionComparison {
    /** How often a round asks each question of the cache: its answers are too short to be timed once. */
    private static final int CACHED_PASSES = 50;

    /**
     * Times of a decision, in nanoseconds: medians of rounds, so that what else the machine does counts little.
     *
     * @param median of all rounds
     * @param least the fastest round
     * @param most the slowest round
     */
    record Times(double median, double least, double most) {
        static Times of(List<Double> rounds) {
            List<Double> sorted = rounds.stream().sorted().toList();
            int middle = sorted.size() / 2;
            double median =
                    sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
            return new Times(median, sorted.get(0), sorted.get(sorted.size() - 1));
        }
    }

    /**
     * What came out.
     *
     * @param wasm a decision that is not cached, in process
     * @param rest the same, asked of an OPA server
     * @param cached a cached one
     */
    record Result(Times wasm, Times rest, Times cached) {
        /** How many decisions in process take the time of one over REST. */
        double restToWasm() {
            return rest.median() / wasm.median();
        }

        /** How many cached decisions take the time of one in process. */
        double wasmToCached() {
            return wasm.median() / cached.median();
        }
    }

    private final ActivePolicy wasm;
    private final ActivePolicy rest;
    private final Questions questions;
    private final Consumer<String> progress;
    private final List<Double> wasmTimes = new ArrayList<>();
    private final List<Double> restTimes = new ArrayList<>();
    private final List<Double> cachedTimes = new ArrayList<>();

    /** @param progress told each round's times */
    DecisionComparison(ActivePolicy wasm, ActivePolicy rest, Questions questions, Consumer<String> progress) {
        this.wasm = wasm;
        this.rest = rest;
        this.questions = questions;
        this.progress = progress;
    }

    /**
     * Runs a round to warm up, and the measured ones.
     *
     * @param count new questions of a round; all of a run fit the cache ({@link ActivePolicy#MAX_CACHED})
     */
    Result run(int rounds, int count) {
        round("warm-up", count);
        wasmTimes.clear();
        restTimes.clear();
        cachedTimes.clear();
        for (int i = 1; i <= rounds; i++) {
            round("round " + i, count);
        }
        return new Result(Times.of(wasmTimes), Times.of(restTimes), Times.of(cachedTimes));
    }

    private void round(String name, int count) {
        List<ReleaseInput> asked = questions.next(count);
        List<Decision> ofWasm = new ArrayList<>(count);
        List<Decision> ofRest = new ArrayList<>(count);
        List<Decision> ofCache = new ArrayList<>(count * CACHED_PASSES);
        long evaluated = wasm.cache().misses() + rest.cache().misses();
        wasmTimes.add(time(wasm, asked, 1, ofWasm));
        restTimes.add(time(rest, asked, 1, ofRest));
        require(wasm.cache().misses() + rest.cache().misses() - evaluated == 2L * count, "a question was cached");
        require(ofRest.equals(ofWasm), "the engines disagree");
        long hits = wasm.cache().hits();
        cachedTimes.add(time(wasm, asked, CACHED_PASSES, ofCache));
        require(wasm.cache().hits() - hits == (long) count * CACHED_PASSES, "a question was not cached any more");
        progress.accept(String.format(
                Locale.ROOT,
                "%s: wasm %,.1f us, REST %,.1f us, cached %,.3f us",
                name,
                last(wasmTimes) / 1_000,
                last(restTimes) / 1_000,
                last(cachedTimes) / 1_000));
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new CommandFailure(otherwise + ": nothing was compared");
        }
    }

    private static double last(List<Double> times) {
        return times.get(times.size() - 1);
    }

    /** Median time of a decision of a round; where there are several passes, of the means of each. */
    private static double time(
            ActivePolicy policy, List<ReleaseInput> questions, int passes, List<Decision> decisions) {
        int sample =
                passes == 1 ? 1 : questions.size(); // a look-up in the cache is as short as the reading of the clock
        List<Double> times = new ArrayList<>();
        for (int pass = 0; pass < passes; pass++) {
            for (int from = 0; from < questions.size(); from += sample) {
                long started = System.nanoTime();
                for (ReleaseInput question : questions.subList(from, from + sample)) {
                    decisions.add(policy.release(question));
                }
                times.add((double) (System.nanoTime() - started) / sample);
            }
        }
        return Times.of(times).median();
    }
}
