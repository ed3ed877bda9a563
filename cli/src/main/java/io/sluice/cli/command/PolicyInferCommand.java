package io.sluice.cli.command;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.ExitCode;
import io.sluice.cli.policy.OfficerFiles;
import io.sluice.cli.sample.Observation;
import io.sluice.cli.sample.SampleEvent;
import io.sluice.cli.sample.SampleFiles;
import io.sluice.core.encoding.Names;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.Rulebook;
import io.sluice.policies.infer.CatalogProposal;
import io.sluice.policies.infer.ObservedField;
import io.sluice.policies.load.RulebookCodec;
import io.sluice.policies.load.RulebookLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Proposes a catalog file. */
@Command(
        name = "infer",
        description = {
            "Propose a catalog file from sample events: fields with their types and how often they stand, classes by name and content,"
                    + " candidates for decision attributes.",
            "It loads as it is. Every class is a guess for you to confirm; what was not guessed stays closed."
        },
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {"0:proposed", "1:the samples or the rulebook do not read", "2:the command line was wrong"},
        footer = {
            "%nExamples:",
            "  ./sluice policy infer tickets.ndjson --dataset tickets --controller webshop-eu --purpose order-fulfilment",
            "  ./sluice policy infer events/ --dataset tickets --out my-rulebook/catalog/tickets.yaml"
        })
final class PolicyInferCommand extends Verb {
    /** Laws. */
    enum Regime {
        gdpr,
        hipaa
    }

    @Parameters(paramLabel = "SAMPLES", description = "A .json or .ndjson file of events, or a folder of those.")
    private Path samples = Path.of("");

    @Option(names = "--dataset", required = true, paramLabel = "ID", description = "The id of the new dataset.")
    private String dataset = "";

    @Option(
            names = "--controller",
            paramLabel = "ID",
            description = "Who answers for it, of controllers.yaml. Default: the only one there.")
    private @Nullable String controller;

    @Option(
            names = "--purpose",
            paramLabel = "ID",
            description = "What it is collected for, of purposes/. Default: the only one there.")
    private @Nullable String purpose;

    @Option(
            names = "--regime",
            paramLabel = "LAW",
            description =
                    "A law that it is under, gdpr or hipaa; may be repeated. Default: both, to be on the safe side.")
    private List<Regime> regimes = new ArrayList<>();

    @Option(names = "--fhir", description = "The events are FHIR R4 resources.")
    private boolean fhir;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Write to this file, a new one, and not to the terminal.")
    private @Nullable Path out;

    @Mixin
    private final RulebookOption rulebook = new RulebookOption();

    @Override
    public Integer call() {
        if (!Names.isId(dataset)) {
            throw new ParameterException(
                    spec().commandLine(), "--dataset is an id: lower-case letters, digits and single hyphens");
        }
        Rulebook known = RulebookCodec.read(
                RulebookLoader.load(rulebook.folder(this::config)).document());
        if (known.datasets().containsKey(dataset)) {
            throw new CommandFailure("The rulebook has a dataset '" + dataset
                    + "' already; to compare samples with it: ./sluice policy check --samples " + samples);
        }
        CatalogProposal.Frame frame = new CatalogProposal.Frame(
                dataset,
                one("controller", controller, known.controllers().keySet()),
                one("purpose", purpose, known.purposes().keySet()),
                regimes.isEmpty()
                        ? List.of("gdpr", "hipaa")
                        : regimes.stream().map(Enum::name).distinct().toList(),
                fhir ? Dataset.Format.FHIR : Dataset.Format.JSON);
        List<SampleEvent> events = SampleFiles.read(samples);
        List<ObservedField> fields = Observation.of(events);
        String proposal = CatalogProposal.of(known, frame, events.size(), fields);
        if (out == null) {
            out().print(proposal);
            out().flush();
            return ExitCode.OK;
        }
        OfficerFiles.create(out, proposal.getBytes(StandardCharsets.UTF_8));
        out().println(fields.size() + " fields of " + events.size() + (events.size() == 1 ? " event" : " events")
                + ", written to " + out + ". Next: finish what says TODO, then ./sluice policy check --samples "
                + samples);
        return ExitCode.OK;
    }

    private String one(String what, @Nullable String named, Collection<String> known) {
        if (named == null && known.size() == 1) {
            return known.iterator().next();
        }
        if (named == null) {
            throw new ParameterException(spec().commandLine(), "--" + what + " is one of " + String.join(", ", known));
        }
        if (!known.contains(named)) {
            throw new CommandFailure(
                    "The rulebook has no " + what + " '" + named + "'; it has " + String.join(", ", known));
        }
        return named;
    }
}
