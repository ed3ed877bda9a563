package io.sluice.cli.command;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.ExitCode;
import io.sluice.cli.check.JUnitXml;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.output.Json;
import io.sluice.cli.policy.OfficerFiles;
import io.sluice.cli.sample.SampleEvent;
import io.sluice.cli.sample.SampleFiles;
import io.sluice.cli.scenario.EphemeralKeys;
import io.sluice.cli.scenario.ProtectStand;
import io.sluice.cli.scenario.Recording;
import io.sluice.cli.scenario.ScenarioText;
import io.sluice.policies.build.OpaTool;
import io.sluice.policies.draft.DraftPolicy;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.load.FileKind;
import io.sluice.policies.load.LoadedRulebook;
import io.sluice.policies.load.RulebookLoader;
import io.sluice.policies.load.YamlDocument;
import io.sluice.policies.scenario.PostedEvent;
import io.sluice.policies.scenario.ScenarioResult;
import io.sluice.policies.scenario.Scenarios;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs the officers' scenarios, or records one. */
@Command(
        name = "test",
        description = {
            "Run the scenarios of the rulebook: events, choices and questions in order, and what each recipient gets.",
            "Events go through the same admission, decision and protection as in the rooms, under keys made for the run;"
                    + " no Kafka, no Flink. What is not as expected is shown field by field, with the rule that decided.",
            "With --record it writes a scenario from a sample event, for you to read and edit."
        },
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:everything is as expected",
            "1:something is not, or the rulebook has errors",
            "2:the command line was wrong"
        },
        footer = {
            "%nExamples:",
            "  ./sluice policy test",
            "  ./sluice policy test scenarios/newsletter.yaml",
            "  ./sluice policy test --record scenarios/new.yaml --event order.json --producer webshop --to orders"
        })
final class PolicyTestCommand extends Verb {
    @Mixin
    private final RulebookOption rulebook = new RulebookOption();

    @Parameters(
            paramLabel = "SCENARIO",
            arity = "0..*",
            description = "Files to run, as scenarios/newsletter.yaml. Default: all.")
    private List<String> names = new ArrayList<>();

    @ArgGroup(exclusive = false)
    private @Nullable Recorded record;

    /** What is recorded. */
    private static final class Recorded {
        @Option(
                names = "--record",
                required = true,
                paramLabel = "FILE",
                description = "Write a scenario to this file of the rulebook, as scenarios/new.yaml; a new file.")
        private Path file = Path.of("");

        @Option(names = "--event", required = true, paramLabel = "FILE", description = "The sample event, JSON.")
        private Path event = Path.of("");

        @Option(names = "--producer", required = true, paramLabel = "ID", description = "Who posts it.")
        private String producer = "";

        @Option(
                names = "--to",
                required = true,
                paramLabel = "ADDRESS",
                description = "The dataset or group that it is posted to.")
        private String address = "";

        @Option(
                names = "--purpose",
                paramLabel = "ID",
                description = "Purpose of collection. Default: the producer's, where it has one only.")
        private @Nullable String purpose;

        @Option(names = "--day", paramLabel = "DATE", description = "When it is received. Default: today.")
        private @Nullable LocalDate day;
    }

    @Mixin
    private final JUnitOption junit = new JUnitOption();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        SluiceConfig config = config();
        Path folder = rulebook.folder(() -> config);
        if (record != null) {
            OfficerFiles.requireNew(in(folder, record.file));
        }
        LoadedRulebook loaded = RulebookLoader.load(folder);
        List<YamlDocument> files = files(loaded);
        ActivePolicy policy = DraftPolicy.of(
                loaded,
                config.features(),
                OpaTool.find(System.getenv(), Path.of(System.getProperty("sluice.home", ""))));
        boolean fpe = config.features().fpe();
        return record == null ? run(files, policy, fpe) : record(folder, record, policy, fpe);
    }

    private List<YamlDocument> files(LoadedRulebook loaded) {
        List<YamlDocument> all = loaded.files(FileKind.SCENARIOS);
        for (String name : names) {
            if (all.stream().noneMatch(file -> means(name, file))) {
                throw new CommandFailure("There is no " + name + " in the rulebook; scenarios are "
                        + String.join(", ", all.stream().map(YamlDocument::path).toList()));
            }
        }
        return all.stream()
                .filter(file -> names.isEmpty() || names.stream().anyMatch(name -> means(name, file)))
                .toList();
    }

    /** By its path in the rulebook, or from where one stands. */
    private static boolean means(String name, YamlDocument file) {
        return name.equals(file.path()) || name.endsWith("/" + file.path());
    }

    private int run(List<YamlDocument> files, ActivePolicy policy, boolean fpe) {
        List<ScenarioResult> results;
        try (EphemeralKeys keys = EphemeralKeys.create()) {
            results = files.stream()
                    .map(file -> Scenarios.run(file, policy, new ProtectStand(policy, keys, fpe)))
                    .toList();
        }
        junit.file().ifPresent(file -> JUnitXml.write(file, JUnitXml.of(results)));
        out().println(output.json() ? Json.line(ScenarioText.json(results)) : ScenarioText.of(results, terminal()));
        return results.stream().allMatch(ScenarioResult::passed) ? ExitCode.OK : ExitCode.FAILED;
    }

    private int record(Path folder, Recorded asked, ActivePolicy policy, boolean fpe) {
        List<SampleEvent> events = SampleFiles.read(asked.event);
        if (events.size() != 1) {
            throw new CommandFailure(
                    asked.event + " holds " + events.size() + " events; a scenario is recorded of one");
        }
        Path file = in(folder, asked.file);
        PostedEvent event = new PostedEvent(
                asked.producer,
                asked.address,
                asked.purpose,
                asked.day == null ? LocalDate.now(ZoneOffset.UTC) : asked.day,
                events.get(0).payload());
        OfficerFiles.create(file, Recording.of(policy, event, fpe).getBytes(StandardCharsets.UTF_8));
        out().println("Written to " + file
                + ". Read it: is it what each recipient should get? Then: ./sluice policy test " + asked.file);
        return ExitCode.OK;
    }

    /** A path as scenarios/new.yaml is below the rulebook, another is taken as it is. */
    private static Path in(Path folder, Path file) {
        return file.startsWith("scenarios") ? folder.resolve(file) : file;
    }
}
