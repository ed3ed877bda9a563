package io.sluice.benchmarks.decision;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.benchmarks.TemporaryFolder;
import io.sluice.cli.BenchSubcommand;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.ExitCode;
import io.sluice.cli.output.Format;
import io.sluice.cli.output.Json;
import io.sluice.cli.output.Logging;
import io.sluice.cli.output.Table;
import io.sluice.core.decision.ReleaseInput;
import io.sluice.policies.build.OpaTool;
import io.sluice.policies.engine.EngineConfig;
import io.sluice.policies.engine.OpaRestConfig;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.evaluate.Entrypoint;
import io.sluice.policies.evaluate.PolicyEngine;
import io.sluice.policies.evaluate.PolicyUnavailableException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A decision in process beside the same one asked of an OPA server on this machine, and a cached one. */
@Command(
        name = "decision",
        description = {
            "Ask the wasm in process and an OPA server over REST on loopback the same questions of the shipped rulebook, and",
            "the cache of decisions, and compare. Needs opa: $OPA, the PATH, or .sluice/tools/opa. The server has no TLS, no",
            "authorization and no decision log; a round in which the engines disagree ends the run without a number."
        })
public final class DecisionCommand implements BenchSubcommand {
    private static final Duration START = Duration.ofSeconds(30);
    private static final long POLL_MILLIS = 50;
    /** What a job that runs has behind it. OPA is compiled before it starts. */
    private static final int WARM_UP_ROUNDS = 20;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--questions",
            paramLabel = "N",
            description = "New questions of a round. Default: ${DEFAULT-VALUE}.",
            defaultValue = "2000")
    private int questions;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "Measured rounds, after one to warm up. Default: ${DEFAULT-VALUE}.",
            defaultValue = "5")
    private int rounds;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "text or json.",
            defaultValue = "text")
    private Format format = Format.text;

    @Override
    public Integer call() {
        if (questions < 10 || rounds < 1 || (rounds + 1L) * questions > ActivePolicy.MAX_CACHED) {
            throw new ParameterException(
                    spec().commandLine(),
                    "--questions must be at least 10, --rounds at least 1, and all questions of a run, the warm-up's too,"
                            + " at most " + ActivePolicy.MAX_CACHED + ": so many decisions are cached");
        }
        Path home = Path.of(System.getProperty("sluice.home", "."));
        OpaTool opa = OpaTool.find(System.getenv(), home)
                .orElseThrow(() -> new CommandFailure("opa is not at hand; install it: " + OpaTool.INSTALL));
        try (TemporaryFolder folder = TemporaryFolder.create("sluice-bench-")) {
            Logging.toFolder(folder.root().resolve("logs"));
            DecisionComparison.Result result = compare(opa, home.resolve("policies/rulebook"), folder.root());
            PrintWriter out = spec().commandLine().getOut();
            out.println(format == Format.json ? Json.line(json(result)) : text(result));
            out.flush();
        }
        return ExitCode.OK;
    }

    private DecisionComparison.Result compare(OpaTool opa, Path rulebook, Path folder) {
        PrintWriter err = spec().commandLine().getErr();
        err.println("starting: rulebook, engines");
        BenchBundle bundle = BenchBundle.build(rulebook, Optional.of(opa));
        try (LoopbackOpa server = new LoopbackOpa(opa, folder, bundle.archive());
                PolicyEngine rest = rest(server).engines(1).apply(bundle.verified());
                PolicyEngine wasm = EngineConfig.WASM.engines(1).apply(bundle.verified())) {
            ActivePolicy overRest = bundle.policy(rest);
            Questions asked = new Questions(bundle.verified().rulebook(), LocalDate.of(2026, 1, 1));
            await(server, overRest, asked);
            err.println("warming up: the JVM compiles the wasm while it is asked");
            for (ReleaseInput question : asked.next(WARM_UP_ROUNDS * questions)) {
                Optional<JsonNode> unused = wasm.evaluate(Entrypoint.TERMS, question.canonical());
            }
            return new DecisionComparison(bundle.policy(wasm), overRest, asked, err::println).run(rounds, questions);
        }
    }

    private static OpaRestConfig rest(LoopbackOpa server) {
        return new OpaRestConfig(
                List.of(server.address()),
                null,
                null,
                OpaRestConfig.DEFAULT_TIMEOUT,
                OpaRestConfig.DEFAULT_MAX_ANSWER_BYTES);
    }

    private static void await(LoopbackOpa server, ActivePolicy rest, Questions questions) {
        long started = System.nanoTime();
        while (true) {
            server.requireRunning();
            try {
                rest.release(questions.next(1).get(0));
                return;
            } catch (PolicyUnavailableException e) {
                if (System.nanoTime() - started > START.toNanos()) {
                    throw new CommandFailure("opa does not answer: " + e.getMessage(), e);
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted", e);
        }
    }

    private Map<String, Object> json(DecisionComparison.Result result) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("wasmNanos", Math.round(result.wasm().median()));
        json.put("opaRestNanos", Math.round(result.rest().median()));
        json.put("cachedNanos", Math.round(result.cached().median()));
        json.put("opaRestToWasm", tenths(result.restToWasm()));
        json.put("wasmToCached", tenths(result.wasmToCached()));
        json.put("wasmRange", range(result.wasm()));
        json.put("opaRestRange", range(result.rest()));
        json.put("cachedRange", range(result.cached()));
        json.put("rounds", rounds);
        json.put("questions", questions);
        json.put("processors", Runtime.getRuntime().availableProcessors());
        json.put("java", System.getProperty("java.version"));
        return json;
    }

    private static List<Long> range(DecisionComparison.Times times) {
        return List.of(Math.round(times.least()), Math.round(times.most()));
    }

    private static double tenths(double ratio) {
        return Math.round(ratio * 10) / 10.0;
    }

    private String text(DecisionComparison.Result result) {
        Table times = new Table("decision", "median us", "fastest round", "slowest round");
        row(times, "wasm, not cached", result.wasm());
        row(times, "opa-rest, not cached", result.rest());
        row(times, "cached", result.cached());
        return String.format(
                Locale.ROOT,
                "%,d questions a round, %d rounds, one thread, %d processors, Java %s%n%n%s%n%n"
                        + "opa-rest takes %.1f times as long as wasm; wasm takes %.1f times as long as the cache",
                questions,
                rounds,
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("java.version"),
                times,
                result.restToWasm(),
                result.wasmToCached());
    }

    private static void row(Table table, String name, DecisionComparison.Times times) {
        table.row(name, micros(times.median()), micros(times.least()), micros(times.most()));
    }

    private static String micros(double nanos) {
        return String.format(Locale.ROOT, "%,.2f", nanos / 1_000);
    }

    private CommandSpec spec() {
        return requireNonNull(spec, "spec is null");
    }
}
