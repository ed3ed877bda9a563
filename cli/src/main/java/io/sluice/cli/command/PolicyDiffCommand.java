package io.sluice.cli.command;

import io.sluice.cli.ExitCode;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.output.Json;
import io.sluice.cli.policy.DiffText;
import io.sluice.cli.policy.RevisionFinder;
import io.sluice.policies.diff.RevisionDiff;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What two revisions decide differently. */
@Command(
        name = "diff",
        description = {
            "Show what each recipient would get otherwise: fields, dispositions, legal grounds. In meaning, not in text:"
                    + " both policies are asked about every dataset, recipient, producer, purpose and choice.",
            "A revision is named as active, by its number, by its bundle's digest or file, or by a rulebook's folder."
        },
        footer = {
            "%nExamples:",
            "  ./sluice policy diff my-rulebook            (from the revision in force to the draft)",
            "  ./sluice policy diff 6 7 -o json"
        })
final class PolicyDiffCommand extends Verb {
    @Parameters(
            arity = "1..2",
            paramLabel = "REVISION",
            description = "From what to what; of a single one, from active to it.")
    private List<String> revisions = List.of();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        SluiceConfig config = config();
        RevisionFinder finder = new RevisionFinder(config, null);
        String before = revisions.size() == 1 ? RevisionFinder.ACTIVE : revisions.get(0);
        RevisionDiff diff = RevisionDiff.of(
                finder.find(before), finder.find(revisions.get(revisions.size() - 1)), LocalDate.now(ZoneOffset.UTC));
        if (output.json()) {
            out().println(Json.line(diff.toJson()));
        } else {
            out().print(DiffText.of(diff));
            out().flush();
        }
        return ExitCode.OK;
    }
}
