package io.sluice.cli.command;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.ExitCode;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.matrix.MatrixCsv;
import io.sluice.cli.matrix.MatrixHtml;
import io.sluice.cli.matrix.MatrixJson;
import io.sluice.cli.matrix.MatrixText;
import io.sluice.cli.output.Json;
import io.sluice.policies.build.OpaTool;
import io.sluice.policies.draft.DraftPolicy;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.load.RulebookLoader;
import io.sluice.policies.matrix.PolicyMatrix;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what a rulebook does. */
@Command(
        name = "matrix",
        description = {
            "Show who gets which field, and how: dataset x field x recipient.",
            "The policy itself is asked, rules in Rego included, for each producer, purpose, choice, region and value of an attribute."
        },
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:shown",
            "1:the rulebook has errors, or the file cannot be written",
            "2:the command line was wrong"
        },
        footer = {
            "%nExamples:",
            "  ./sluice policy matrix --dataset fhir-patient --recipient research",
            "  ./sluice policy matrix -o html --out matrix.html",
            "  ./sluice policy matrix -o csv > matrix.csv"
        })
final class PolicyMatrixCommand extends Verb {
    /** How it is shown. */
    enum Form {
        text,
        csv,
        html,
        json
    }

    @Mixin
    private final RulebookOption rulebook = new RulebookOption();

    @Option(names = "--dataset", paramLabel = "ID", description = "Only this dataset; may be repeated. Default: all.")
    private List<String> datasets = new ArrayList<>();

    @Option(
            names = "--recipient",
            paramLabel = "ID",
            description = "Only this recipient; may be repeated. Default: all.")
    private List<String> recipients = new ArrayList<>();

    @Option(names = "--all", description = "Show the fields that nobody gets too.")
    private boolean all;

    @Option(
            names = "--day",
            paramLabel = "DATE",
            description = "The day of the questions: agreements end on one. Default: today.")
    private @Nullable LocalDate day;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description =
                    "text for people, csv for a spreadsheet, html for a page of its own, json for programs. Default: ${DEFAULT-VALUE}.",
            defaultValue = "text")
    private Form form = Form.text;

    @Option(names = "--out", paramLabel = "FILE", description = "Write to this file, and not to the terminal.")
    private @Nullable Path out;

    @Override
    public Integer call() {
        SluiceConfig config = config();
        ActivePolicy policy = DraftPolicy.of(
                RulebookLoader.load(rulebook.folder(() -> config)),
                config.features(),
                OpaTool.find(System.getenv(), Path.of(System.getProperty("sluice.home", ""))));
        requireKnown("dataset", datasets, policy.rulebook().datasets().keySet());
        requireKnown("recipient", recipients, policy.rulebook().recipients().keySet());
        LocalDate asked = day == null ? LocalDate.now(ZoneOffset.UTC) : day;
        String shown = shown(PolicyMatrix.of(policy, asked, datasets).only(recipients), config);
        if (out == null) {
            out().print(shown);
            out().flush();
            return ExitCode.OK;
        }
        try {
            Files.writeString(out, shown, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new CommandFailure("The matrix cannot be written to " + out + ": " + e.getMessage(), e);
        }
        out().println("Written to " + out + ".");
        return ExitCode.OK;
    }

    private String shown(PolicyMatrix matrix, SluiceConfig config) {
        return switch (form) {
            case text -> MatrixText.of(matrix, all, terminal()) + "\n";
            case csv -> MatrixCsv.of(matrix);
            case html -> MatrixHtml.of(matrix, "Matrix of the rulebook of tenant " + config.tenant());
            case json -> Json.line(MatrixJson.of(matrix)) + "\n";
        };
    }

    private static void requireKnown(String what, List<String> named, Collection<String> known) {
        for (String id : named) {
            if (!known.contains(id)) {
                throw new CommandFailure(
                        "The rulebook has no " + what + " '" + id + "'; it has " + String.join(", ", known));
            }
        }
    }
}
