package io.sluice.benchmarks.protect;

import static java.util.Objects.requireNonNull;

import io.sluice.benchmarks.ProcessorTime;
import io.sluice.benchmarks.TemporaryFolder;
import io.sluice.cli.BenchSubcommand;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.ExitCode;
import io.sluice.cli.demo.FhirResources;
import io.sluice.cli.output.Format;
import io.sluice.cli.output.Json;
import io.sluice.cli.output.Logging;
import io.sluice.cli.output.ProgressBar;
import io.sluice.cli.output.Table;
import io.sluice.cli.output.Terminal;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The protect job beside the same job without protection. */
@Command(
        name = "protect",
        description = {
            "Run the protect job and the same Flink job as a pass-through over the same sealed records, in turn, and"
                    + " compare.",
            "Both: the same source, keying, sink, exactly once, TLS, parallelism, a checkpoint every second, and for"
                    + " each record the same number of outputs of the same size (the recipients' views and the audit"
                    + " entry). Every round's outputs are counted; a round that did not write exactly what it must ends"
                    + " the run without a number."
        },
        footer = "%nExample: ./sluice bench protect --records 20000 --rounds 5")
public final class ProtectCommand implements BenchSubcommand {
    private static final int MOST_RECORDS = 1_000_000;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--input",
            paramLabel = "DIR",
            description =
                    "Take the FHIR resources of a folder, again and again, instead of generated Patients and Observations.")
    private @Nullable Path input;

    @Option(
            names = "--records",
            paramLabel = "N",
            description = "Records of a round, 10 to 1000000. Default: ${DEFAULT-VALUE}.",
            defaultValue = "100000")
    private int records;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "Measured rounds of each job, 1 to 100, after those that warm up. Default: ${DEFAULT-VALUE}.",
            defaultValue = "3")
    private int rounds;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            description =
                    "Rounds of each job at most before the measured ones, 1 to 100: they end when a round gains no"
                            + " more than 5 %. Default: ${DEFAULT-VALUE}.",
            defaultValue = "6")
    private int warmUps;

    @Option(
            names = "--parallelism",
            paramLabel = "N",
            description = "Subtasks of each job, 1 or 2. Default: ${DEFAULT-VALUE}.",
            defaultValue = "2")
    private int parallelism;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Seed of the generator: another one, other events. Default: ${DEFAULT-VALUE}.",
            defaultValue = "1")
    private long seed;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "text for people or json for programs. Default: ${DEFAULT-VALUE}.",
            defaultValue = "text")
    private Format format = Format.text;

    @Override
    public Integer call() {
        require("--records", records, 10, MOST_RECORDS);
        require("--rounds", rounds, 1, 100);
        require("--warm-up", warmUps, 1, 100);
        require("--parallelism", parallelism, 1, 2);
        try (TemporaryFolder folder = TemporaryFolder.create("sluice-bench-")) {
            Logging.toFolder(folder.root().resolve("logs"));
            run(folder.root());
        }
        return ExitCode.OK;
    }

    private void run(Path folder) {
        PrintWriter err = spec().commandLine().getErr();
        err.println("starting: broker, keys, rulebook");
        try (TestBed bed = TestBed.start(folder, shippedRulebook())) {
            SealedInput sealed;
            try (ProgressBar bar =
                    new ProgressBar(System.err, Terminal.detect().errorIsTerminal(), "sealing", records)) {
                sealed = SealedInput.publish(bed, resources(), records, bar::update);
            }
            Comparison.Result result = new Comparison(bed, records, parallelism, PassThroughFunction::new, err::println)
                    .run(warmUps, rounds);
            PrintWriter out = spec().commandLine().getOut();
            out.println(format == Format.json ? Json.line(json(sealed, result)) : text(sealed, result));
            out.flush();
        }
    }

    private Iterator<byte[]> resources() {
        if (input == null) {
            return FhirResources.generated(seed, Instant.now()).iterator();
        }
        List<byte[]> files = FhirResources.ofFolder(input);
        if (files.isEmpty()) {
            throw new CommandFailure("--input " + input + ": holds no FHIR resource");
        }
        return Stream.generate(() -> files).flatMap(List::stream).iterator();
    }

    private Map<String, Object> json(SealedInput sealed, Comparison.Result result) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("protectPerSecond", Math.round(result.protect().rates().median()));
        json.put("passThroughPerSecond", Math.round(result.passThrough().rates().median()));
        json.put("ratio", Math.round(result.ratio() * 1_000) / 1_000.0);
        json.put("protectRange", range(result.protect().rates()));
        json.put("passThroughRange", range(result.passThrough().rates()));
        json.put("protectMicros", micros(result.protect()));
        json.put("passThroughMicros", micros(result.passThrough()));
        json.put("rounds", rounds);
        json.put("records", sealed.records());
        json.put("recordMedianBytes", sealed.medianBytes());
        json.put("parallelism", parallelism);
        json.put("processors", Runtime.getRuntime().availableProcessors());
        json.put("java", System.getProperty("java.version"));
        Map<String, Object> outputs = new LinkedHashMap<>();
        result.volumes().forEach((topic, volume) -> outputs.put(topic, volume));
        json.put("outputs", outputs);
        return json;
    }

    /** Processor time of a record, in all and by part, to a tenth of a microsecond. */
    private static Map<String, Object> micros(Comparison.Job job) {
        Map<String, Object> micros = new LinkedHashMap<>();
        micros.put("all", Math.round(job.processorMicros() * 10) / 10.0);
        job.parts().forEach((part, used) -> micros.put(part, Math.round(used * 10) / 10.0));
        return micros;
    }

    private static List<Long> range(Comparison.Rates rates) {
        return List.of(Math.round(rates.least()), Math.round(rates.most()));
    }

    private String text(SealedInput sealed, Comparison.Result result) {
        Table rates = new Table("job", "records/s", "slowest", "fastest")
                .row(
                        "protect",
                        rate(result.protect().rates().median()),
                        rate(result.protect().rates().least()),
                        rate(result.protect().rates().most()))
                .row(
                        "pass-through",
                        rate(result.passThrough().rates().median()),
                        rate(result.passThrough().rates().least()),
                        rate(result.passThrough().rates().most()));
        Table outputs = new Table("topic", "records", "bytes");
        result.volumes()
                .forEach((topic, volume) -> outputs.row(
                        topic,
                        String.format(Locale.ROOT, "%,d", volume.records()),
                        String.format(Locale.ROOT, "%,d", volume.bytes())));
        return String.format(
                Locale.ROOT,
                "%,d records, median %,d bytes; %d rounds each, parallelism %d, %d processors, Java %s%n%n%s%n%nratio"
                        + " %.2f%nprocessor us a record: protect %s; pass-through %s; ratio %s%n%nwritten by every round of"
                        + " either job:%n%s",
                sealed.records(),
                sealed.medianBytes(),
                rounds,
                parallelism,
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("java.version"),
                rates,
                result.ratio(),
                ProcessorTime.text(result.protect().parts()),
                ProcessorTime.text(result.passThrough().parts()),
                processorRatio(result),
                outputs);
    }

    private static String processorRatio(Comparison.Result result) {
        OptionalDouble ratio = result.processorRatio();
        return ratio.isPresent() ? String.format(Locale.ROOT, "%.2f", ratio.getAsDouble()) : "-";
    }

    private static String rate(double perSecond) {
        return String.format(Locale.ROOT, "%,.0f", perSecond);
    }

    private void require(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new ParameterException(
                    spec().commandLine(), option + " must be " + least + " to " + most + ", not " + value);
        }
    }

    private static Path shippedRulebook() {
        return Path.of(System.getProperty("sluice.home", ".")).resolve("policies/rulebook");
    }

    private CommandSpec spec() {
        return requireNonNull(spec, "spec is null");
    }
}
