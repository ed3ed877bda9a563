package io.sluice.benchmarks.transform;

import static java.util.Objects.requireNonNull;

import io.sluice.benchmarks.TemporaryFolder;
import io.sluice.cli.BenchSubcommand;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.ExitCode;
import io.sluice.cli.output.Format;
import io.sluice.cli.output.Json;
import io.sluice.cli.output.Table;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Time and memory of each transform, by JMH. */
@Command(
        name = "transforms",
        description = {
            "Measure each transform with JMH: nanoseconds and allocated bytes of a field, in a view of ten fields that are"
                    + " all alike; scanning and writing them is part of it, and \"keep\" is that alone.",
            "Encryption is compared with the same plain bytes through the JDK's AES-256-GCM under one key, without"
                    + " associated data and with as much as a field is bound by. Each is measured in a JVM of its own."
        },
        footer = "%nExample: ./sluice bench transforms --only encrypt --only keep")
public final class TransformsCommand implements BenchSubcommand {
    private static final String AES_GCM = "JDK AES-256-GCM";
    private static final String AES_GCM_BOUND = "JDK AES-256-GCM, bound";
    /** About what SF1 binds a field to: tenant, dataset, subject, record, path and purpose. */
    private static final int ASSOCIATED_BYTES = 100;

    /** What a field takes. */
    private record Cost(double nanos, double bytes) {}

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--only", paramLabel = "NAME", description = "This transform alone; may be given several times.")
    private List<String> only = new ArrayList<>();

    @Option(
            names = "--millis",
            paramLabel = "N",
            description =
                    "Length of an iteration; five are measured, after five to warm up. Default: ${DEFAULT-VALUE}.",
            defaultValue = "500")
    private int millis;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "text or json.",
            defaultValue = "text")
    private Format format = Format.text;

    @Override
    public Integer call() {
        for (String name : only) {
            if (!TransformCase.exists(name)) {
                throw new ParameterException(
                        spec().commandLine(), "--only " + name + ": none of " + TransformCase.names());
            }
        }
        if (millis < 1 || millis > 60_000) {
            throw new ParameterException(spec().commandLine(), "--millis must be 1 to 60000, not " + millis);
        }
        Map<String, Cost> costs = new LinkedHashMap<>();
        try (TemporaryFolder folder = TemporaryFolder.create("sluice-bench-")) {
            for (TransformCase measured : TransformCase.ALL) {
                if (only.isEmpty() || only.contains(measured.name())) {
                    costs.put(
                            measured.name(),
                            run(measured.name(), ViewBenchmark.class, "name", measured.name(), folder.root()));
                }
            }
            if (costs.containsKey("encrypt")) {
                costs.put(AES_GCM, aesGcm(AES_GCM, 0, folder.root()));
                costs.put(AES_GCM_BOUND, aesGcm(AES_GCM_BOUND, ASSOCIATED_BYTES, folder.root()));
            }
        }
        PrintWriter out = spec().commandLine().getOut();
        out.println(format == Format.json ? Json.line(json(costs)) : text(costs));
        out.flush();
        return ExitCode.OK;
    }

    private Cost aesGcm(String name, int associatedBytes, Path folder) {
        return run(name, AesGcmBenchmark.class, "associatedBytes", Integer.toString(associatedBytes), folder);
    }

    private Cost run(String name, Class<?> benchmark, String param, String value, Path folder) {
        PrintWriter err = spec().commandLine().getErr();
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + benchmark.getName().replace(".", "\\.") + "\\.")
                .addProfiler(GCProfiler.class)
                .forks(1)
                .warmupIterations(5)
                .warmupTime(TimeValue.milliseconds(millis))
                .measurementIterations(5)
                .measurementTime(TimeValue.milliseconds(millis))
                .shouldFailOnError(true)
                .output(folder.resolve("jmh.log").toString())
                .param(param, value);
        try {
            RunResult result = new Runner(options.build()).runSingle();
            Result<?> bytes = result.getSecondaryResults().get("gc.alloc.rate.norm");
            Cost cost = new Cost(
                    result.getPrimaryResult().getScore(),
                    requireNonNull(bytes, "JMH tells no bytes").getScore());
            err.println(line(name, cost));
            return cost;
        } catch (RunnerException e) {
            throw new CommandFailure(name + " could not be measured", e);
        }
    }

    private static String line(String name, Cost cost) {
        return String.format(Locale.ROOT, "%-24s %,8.0f ns %,8.0f bytes", name, cost.nanos(), cost.bytes());
    }

    private Map<String, Object> json(Map<String, Cost> costs) {
        Map<String, Object> fields = new LinkedHashMap<>();
        costs.forEach((name, cost) -> fields.put(
                name, Map.of("nanos", Math.round(cost.nanos()), "allocatedBytes", Math.round(cost.bytes()))));
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("perField", fields);
        if (costs.containsKey(AES_GCM)) {
            json.put("encryptRatio", Math.round(ratio(costs, AES_GCM) * 100) / 100.0);
            json.put("encryptRatioBound", Math.round(ratio(costs, AES_GCM_BOUND) * 100) / 100.0);
        }
        json.put("processors", Runtime.getRuntime().availableProcessors());
        json.put("java", System.getProperty("java.version"));
        return json;
    }

    private static String text(Map<String, Cost> costs) {
        Table table = new Table("transform", "ns a field", "bytes a field");
        costs.forEach((name, cost) -> table.row(
                name,
                String.format(Locale.ROOT, "%,.0f", cost.nanos()),
                String.format(Locale.ROOT, "%,.0f", cost.bytes())));
        return table
                + (costs.containsKey(AES_GCM)
                        ? String.format(
                                Locale.ROOT,
                                "%n%nencrypt runs at %.2f of the rate of %s, at %.2f with %d bytes of associated data",
                                ratio(costs, AES_GCM),
                                AES_GCM,
                                ratio(costs, AES_GCM_BOUND),
                                ASSOCIATED_BYTES)
                        : "");
    }

    private static double ratio(Map<String, Cost> costs, String compared) {
        return requireNonNull(costs.get(compared)).nanos()
                / requireNonNull(costs.get("encrypt")).nanos();
    }

    private CommandSpec spec() {
        return requireNonNull(spec, "spec is null");
    }
}
