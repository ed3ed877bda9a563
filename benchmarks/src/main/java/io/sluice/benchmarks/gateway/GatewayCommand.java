package io.sluice.benchmarks.gateway;

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
import io.sluice.cli.output.Table;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The gateway beside a bare server. */
@Command(
        name = "gateway",
        description = {
            "Post orders, or your own FHIR resources, over mutual TLS to the gateway, and to the same Vert.x server that only forwards what it gets to Kafka,"
                    + " with the same TLS, Kafka client and acks=all.",
            "Rounds take turns; broker, servers and clients share the machine. Median of the rounds."
        })
public final class GatewayCommand implements BenchSubcommand {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--input",
            paramLabel = "DIR",
            description = "Post the FHIR resources of a folder, again and again, instead of orders.")
    private @Nullable Path input;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "Length of a round. Default: ${DEFAULT-VALUE}.",
            defaultValue = "10")
    private int seconds;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "Rounds of each server and kind of request. Default: ${DEFAULT-VALUE}.",
            defaultValue = "3")
    private int rounds;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            description =
                    "Rounds of each before those that count: the JVM compiles while it serves. Default: ${DEFAULT-VALUE}.",
            defaultValue = "4")
    private int warmUps;

    @Option(
            names = "--batch",
            paramLabel = "N",
            description = "Events of a batch. Default: ${DEFAULT-VALUE}.",
            defaultValue = "50")
    private int batch;

    @Option(
            names = "--clients",
            paramLabel = "N",
            description = "Connections, each with one request at a time. Default: ${DEFAULT-VALUE}.",
            defaultValue = "16")
    private int clients;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "text for people or json for programs. Default: ${DEFAULT-VALUE}.",
            defaultValue = "text")
    private Format format = Format.text;

    /** A server under one kind of request. */
    private record Row(String load, String server, Load.Result result) {}

    @Override
    public Integer call() {
        require("--seconds", seconds, 1, 3_600);
        require("--rounds", rounds, 1, 100);
        require("--warm-up", warmUps, 1, 100);
        require("--batch", batch, 2, 1_000);
        require("--clients", clients, 1, 256);
        try (TemporaryFolder folder = TemporaryFolder.create("sluice-bench-")) {
            Logging.toFolder(folder.root().resolve("logs"));
            run(folder.root());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("Interrupted", e);
        }
        return ExitCode.OK;
    }

    private void run(Path folder) throws InterruptedException {
        PrintWriter err = spec().commandLine().getErr();
        Posts posts = posts();
        err.println("starting: broker, rulebook, gateway, bare servers");
        Path shipped = Path.of(System.getProperty("sluice.home", ".")).resolve("policies/rulebook");
        List<Row> rows = new ArrayList<>();
        try (GatewayBed bed = GatewayBed.start(folder, shipped)) {
            SSLContext tls = bed.tls(posts.producer());
            Map<String, Integer> servers = new LinkedHashMap<>();
            servers.put("gateway", bed.gatewayPort());
            servers.put("bare, a record an event", bed.bareEventsPort());
            servers.put("bare, a record a body", bed.bareBodiesPort());
            rows.addAll(measure("batch", servers, new Load(tls, posts, batch, clients), err));
            servers.remove("bare, a record a body"); // the same as the other one where a body is one event
            rows.addAll(measure("single", servers, new Load(tls, posts, 1, clients), err));
        }
        PrintWriter out = spec().commandLine().getOut();
        out.println(format == Format.json ? Json.line(json(rows)) : text(rows));
        out.flush();
    }

    private Posts posts() {
        if (input == null) {
            return new Orders();
        }
        List<byte[]> resources = FhirResources.ofFolder(input);
        if (resources.isEmpty()) {
            throw new CommandFailure("--input " + input + ": holds no FHIR resource");
        }
        return new Resources(resources);
    }

    private List<Row> measure(String name, Map<String, Integer> servers, Load load, PrintWriter err)
            throws InterruptedException {
        Map<String, List<Load.Result>> results = new LinkedHashMap<>();
        for (int round = -warmUps; round < rounds; round++) {
            for (Map.Entry<String, Integer> server : servers.entrySet()) {
                Load.Result result = load.run(server.getValue(), Duration.ofSeconds(seconds));
                err.printf(
                        Locale.ROOT,
                        "%s %s %s: %,.0f events/s%n",
                        name,
                        round < 0 ? "warm-up" : "round " + (round + 1),
                        server.getKey(),
                        result.eventsPerSecond());
                err.flush();
                if (round >= 0) {
                    results.computeIfAbsent(server.getKey(), key -> new ArrayList<>())
                            .add(result);
                }
            }
        }
        List<Row> rows = new ArrayList<>();
        results.forEach((server, all) -> {
            all.sort(Comparator.comparingDouble(Load.Result::eventsPerSecond));
            rows.add(new Row(name, server, all.get(all.size() / 2)));
        });
        return rows;
    }

    private static Load.Result of(List<Row> rows, String load, String server) {
        return rows.stream()
                .filter(row -> row.load.equals(load) && row.server.startsWith(server))
                .findFirst()
                .orElseThrow()
                .result;
    }

    private static double ratio(List<Row> rows, String load, String bare) {
        return of(rows, load, "gateway").eventsPerSecond()
                / of(rows, load, bare).eventsPerSecond();
    }

    private Map<String, Object> json(List<Row> rows) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("batchRatio", hundredths(ratio(rows, "batch", "bare, a record an event")));
        json.put("batchBodiesRatio", hundredths(ratio(rows, "batch", "bare, a record a body")));
        json.put("singleRatio", hundredths(ratio(rows, "single", "bare")));
        List<Map<String, Object>> servers = new ArrayList<>();
        for (Row row : rows) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("load", row.load);
            one.put("server", row.server);
            one.put("eventsPerSecond", Math.round(row.result.eventsPerSecond()));
            one.put("medianMillis", hundredths(row.result.millis(0.5)));
            one.put("p99Millis", hundredths(row.result.millis(0.99)));
            Map<String, Object> micros = new LinkedHashMap<>();
            row.result.micros().forEach((part, used) -> micros.put(part, hundredths(used)));
            one.put("processorMicros", micros);
            servers.add(one);
        }
        json.put("servers", servers);
        json.put("batch", batch);
        json.put("clients", clients);
        json.put("seconds", seconds);
        json.put("rounds", rounds);
        json.put("processors", Runtime.getRuntime().availableProcessors());
        json.put("java", System.getProperty("java.version"));
        return json;
    }

    private static double hundredths(double number) {
        return Math.round(number * 100) / 100.0;
    }

    private String text(List<Row> rows) {
        Table table = new Table("requests", "server", "events/s", "median ms", "p99 ms");
        for (Row row : rows) {
            table.row(
                    row.load.equals("batch") ? batch + " events" : "1 event",
                    row.server,
                    String.format(Locale.ROOT, "%,.0f", row.result.eventsPerSecond()),
                    String.format(Locale.ROOT, "%,.2f", row.result.millis(0.5)),
                    String.format(Locale.ROOT, "%,.2f", row.result.millis(0.99)));
        }
        StringBuilder micros = new StringBuilder();
        for (Row row : rows) {
            micros.append(String.format(
                    Locale.ROOT, "%n  %s, %s: %s", row.load, row.server, ProcessorTime.text(row.result.micros())));
        }
        Load.Result gateway = of(rows, "single", "gateway");
        Load.Result bare = of(rows, "single", "bare");
        return String.format(
                Locale.ROOT,
                "%d clients, rounds of %d s, %d processors, Java %s%n%n%s%n%ngateway beside bare: %.2f in batches (%.2f where a body"
                        + " is one record), %.2f one by one%nadded to a single post: %.2f ms at the median, %.2f ms at p99%n%n"
                        + "processor time of an event in microseconds, of the whole process:%s",
                clients,
                seconds,
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("java.version"),
                table,
                ratio(rows, "batch", "bare, a record an event"),
                ratio(rows, "batch", "bare, a record a body"),
                ratio(rows, "single", "bare"),
                gateway.millis(0.5) - bare.millis(0.5),
                gateway.millis(0.99) - bare.millis(0.99),
                micros);
    }

    private void require(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new ParameterException(spec().commandLine(), option + " is " + least + " to " + most);
        }
    }

    private CommandSpec spec() {
        return requireNonNull(spec, "spec is null");
    }
}
