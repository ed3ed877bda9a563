package io.sluice.cli.command;

import io.sluice.cli.ExitCode;
import io.sluice.cli.check.CheckRun;
import io.sluice.cli.check.JUnitXml;
import io.sluice.cli.check.ReviewText;
import io.sluice.cli.output.Json;
import io.sluice.policies.build.OpaTool;
import io.sluice.policies.check.RegoCheck;
import io.sluice.policies.check.Review;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Checks a rulebook folder. */
@Command(
        name = "check",
        description = {
            "Check the rulebook: each finding with file, line, column and fix.",
            "Stage by stage: files, rules between them, the Rego with its tests, who gets nothing for lack of a ground or an agreement,"
                    + " the scenarios, whether OPA and the compiled policy answer alike, and sample events."
        },
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {"0:no error; there may be warnings", "1:an error", "2:the command line was wrong"},
        footer = {
            "%nExamples:",
            "  ./sluice policy check --rulebook my-rulebook",
            "  ./sluice policy check --files-only              (seconds: without Rego and decisions)",
            "  ./sluice policy check --samples events/ --notes --junit report.xml"
        })
final class PolicyCheckCommand extends Verb {
    @Mixin
    private final RulebookOption rulebook = new RulebookOption();

    @Option(
            names = "--files-only",
            description = "Check the files and what they say of each other, and nothing that needs a decision.")
    private boolean filesOnly;

    @Option(
            names = "--samples",
            paramLabel = "DIR",
            description =
                    "Sample events, .json or .ndjson: fields that nothing declares, fields that meet nothing, what a /** covers. "
                            + "Those of a dataset in no group stand in a folder of its name.")
    private @Nullable Path samples;

    @Option(
            names = "--day",
            paramLabel = "DATE",
            description = "The day on which agreements are to be in force. Default: today.")
    private @Nullable LocalDate day;

    @Option(
            names = "--coverage",
            paramLabel = "PERCENT",
            description = "The least part of the Rego that its tests have to run. Default: ${DEFAULT-VALUE}.",
            defaultValue = "" + RegoCheck.LEAST_COVERAGE_PERCENT)
    private double coverage;

    @Option(
            names = "--notes",
            description = "Show notes too: what is closed by default, what a /** opens, what nothing uses.")
    private boolean notes;

    @Mixin
    private final JUnitOption junit = new JUnitOption();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        if (coverage < 0 || coverage > 100) {
            throw new ParameterException(spec().commandLine(), "--coverage is 0 to 100");
        }
        if (filesOnly && samples != null) {
            throw new ParameterException(
                    spec().commandLine(), "--files-only looks at no samples: leave one of them out");
        }
        CheckRun run = new CheckRun(
                rulebook.folder(this::config),
                config().features(),
                OpaTool.find(System.getenv(), Path.of(System.getProperty("sluice.home", ""))),
                day == null ? LocalDate.now(ZoneOffset.UTC) : day,
                coverage,
                samples);
        Review review = filesOnly ? run.files() : run.run();
        junit.file().ifPresent(file -> JUnitXml.write(file, JUnitXml.of(review)));
        out().println(output.json() ? Json.line(review.toJson()) : ReviewText.of(review, notes, terminal()));
        return review.passed() ? ExitCode.OK : ExitCode.FAILED;
    }
}
