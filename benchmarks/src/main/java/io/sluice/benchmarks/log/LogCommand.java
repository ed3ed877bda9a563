package io.sluice.benchmarks.log;

import static java.util.Objects.requireNonNull;

import io.sluice.audit.log.AuditLog;
import io.sluice.benchmarks.TemporaryFolder;
import io.sluice.cli.BenchSubcommand;
import io.sluice.cli.ExitCode;
import io.sluice.cli.output.Format;
import io.sluice.cli.output.Json;
import io.sluice.cli.output.Logging;
import io.sluice.cli.output.Table;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The audit log beside a plain file. */
@Command(
        name = "log",
        description = {
            "Append entries of 600 bytes to an audit log, each batch durable and under a signed checkpoint, beside the same"
                    + " batches in a plain file that is synced; then prove, index and search them.",
            "A million entries take 1.5 GB of disk, ten million 15 GB, where java.io.tmpdir is."
        })
public final class LogCommand implements BenchSubcommand {
    private static final long MOST = 100_000_000;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--entries",
            paramLabel = "N",
            description = "Entries of the log. Default: ${DEFAULT-VALUE}.",
            defaultValue = "1000000")
    private long entries;

    @Option(
            names = "--batch",
            paramLabel = "N",
            description =
                    "Entries under one checkpoint. Default: ${DEFAULT-VALUE}, as audit serve has it when it is busy.",
            defaultValue = "32768")
    private int batch;

    @Option(
            names = "--subjects",
            paramLabel = "N",
            description = "Subjects that the entries are about. Default: ${DEFAULT-VALUE}.",
            defaultValue = "100000")
    private int subjects;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "text or json.",
            defaultValue = "text")
    private Format format = Format.text;

    @Override
    public Integer call() {
        if (entries < 1 || entries > MOST || subjects < 1 || batch < 1 || batch > AuditLog.MAX_BATCH) {
            throw new ParameterException(
                    spec().commandLine(),
                    "--entries is 1 to " + MOST + ", --subjects at least 1, --batch 1 to " + AuditLog.MAX_BATCH);
        }
        try (TemporaryFolder folder = TemporaryFolder.create("sluice-bench-")) {
            Logging.toFolder(folder.root().resolve("logs"));
            PrintWriter err = spec().commandLine().getErr();
            LogRun.Result result = new LogRun(folder.root(), entries, batch, subjects, err::println).run();
            PrintWriter out = spec().commandLine().getOut();
            out.println(format == Format.json ? Json.line(json(result)) : text(result));
            out.flush();
        }
        return ExitCode.OK;
    }

    private Map<String, Object> json(LogRun.Result result) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("appendPerSecond", Math.round(result.appendPerSecond()));
        json.put("plainPerSecond", Math.round(result.plainPerSecond()));
        json.put("ratio", hundredths(result.appendPerSecond() / result.plainPerSecond()));
        put(json, "batch", result.batches());
        put(json, "batchOf1000", result.small());
        put(json, "proof", result.proofs());
        json.put("indexPerSecond", Math.round(result.indexPerSecond()));
        put(json, "search", result.searches());
        put(json, "codePage", result.pages());
        json.put("entries", entries);
        json.put("batch", batch);
        json.put("subjects", subjects);
        json.put("processors", Runtime.getRuntime().availableProcessors());
        json.put("java", System.getProperty("java.version"));
        return json;
    }

    private static void put(Map<String, Object> json, String name, Nanos nanos) {
        json.put(name + "MedianMillis", hundredths(nanos.medianMillis()));
        json.put(name + "P99Millis", hundredths(nanos.p99Millis()));
    }

    private static double hundredths(double number) {
        return Math.round(number * 100) / 100.0;
    }

    private String text(LogRun.Result result) {
        Table rates = new Table("rate", "entries/s");
        rates.row("append, signed and synced", rate(result.appendPerSecond()));
        rates.row("plain file, synced", rate(result.plainPerSecond()));
        rates.row("index, from nothing", rate(result.indexPerSecond()));
        Table times = new Table("time", "median ms", "p99 ms");
        row(times, "to integrate a batch of " + batch, result.batches());
        row(times, "to integrate a batch of 1000", result.small());
        row(times, "inclusion proof", result.proofs());
        row(times, "search by subject, 20 entries", result.searches());
        row(times, "page of a code that all have, 20 entries", result.pages());
        return String.format(
                Locale.ROOT,
                "%,d entries of %d bytes, %,d subjects, %d processors, Java %s%n%n%s%n%n%s%n%nappending takes %.1f times as"
                        + " long as writing to a plain file",
                entries,
                MadeEntries.BYTES,
                subjects,
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("java.version"),
                rates,
                times,
                result.plainPerSecond() / result.appendPerSecond());
    }

    private static String rate(double perSecond) {
        return String.format(Locale.ROOT, "%,.0f", perSecond);
    }

    private static void row(Table table, String name, Nanos nanos) {
        table.row(
                name,
                String.format(Locale.ROOT, "%,.2f", nanos.medianMillis()),
                String.format(Locale.ROOT, "%,.2f", nanos.p99Millis()));
    }

    private CommandSpec spec() {
        return requireNonNull(spec, "spec is null");
    }
}
