package io.sluice.cli.check;

import io.sluice.cli.sample.SampleCheck;
import io.sluice.cli.scenario.EphemeralKeys;
import io.sluice.cli.scenario.ProtectStand;
import io.sluice.policies.build.OpaTool;
import io.sluice.policies.build.RegoRejectedException;
import io.sluice.policies.check.CheckReport;
import io.sluice.policies.check.Features;
import io.sluice.policies.check.GapCheck;
import io.sluice.policies.check.LawCheck;
import io.sluice.policies.check.ParityCheck;
import io.sluice.policies.check.RegoCheck;
import io.sluice.policies.check.Review;
import io.sluice.policies.check.RulebookChecker;
import io.sluice.policies.check.Stage;
import io.sluice.policies.check.StageResult;
import io.sluice.policies.draft.DraftPolicy;
import io.sluice.policies.load.Finding;
import io.sluice.policies.load.Finding.Severity;
import io.sluice.policies.load.LoadedRulebook;
import io.sluice.policies.load.RulebookInvalidException;
import io.sluice.policies.load.RulebookLoader;
import io.sluice.policies.scenario.ScenarioResult;
import io.sluice.policies.scenario.Scenarios;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a rulebook from all sides, stage by stage. What a stage needs of those before it and does not get, it says, and is not
 * run.
 *
 * @param folder the officers' folder
 * @param features what the deployment has switched on
 * @param opa where it is at hand
 * @param day on which agreements are to be in force
 * @param leastCoverage of the Rego's tests, in percent
 * @param samples folder of sample events, null where there is none
 */
public record CheckRun(
        Path folder,
        Features features,
        Optional<OpaTool> opa,
        LocalDate day,
        double leastCoverage,
        @Nullable Path samples) {
    private static final String BEFORE = "the stages before it have errors";

    /** Reads and checks the files alone: no Rego, no decision. */
    public Review files() {
        List<StageResult> stages = new ArrayList<>();
        LoadedRulebook unused = rulebook(stages);
        return new Review(stages);
    }

    /** Runs every stage. */
    public Review run() {
        List<StageResult> stages = new ArrayList<>();
        LoadedRulebook rulebook = rulebook(stages);
        if (rulebook == null) {
            return skippingFrom(stages, Stage.REGO);
        }
        stages.add(RegoCheck.run(rulebook, opa, leastCoverage));
        if (stages.stream().anyMatch(stage -> stage.count(Severity.ERROR) > 0)) {
            return skippingFrom(stages, Stage.LAW);
        }
        DraftPolicy.Built draft;
        try {
            draft = DraftPolicy.build(rulebook, features, opa);
        } catch (RegoRejectedException e) {
            stages.add(StageResult.of(
                    Stage.LAW,
                    "the Rego does not compile",
                    List.of(new Finding(Severity.ERROR, "rego/", 0, 0, String.valueOf(e.getMessage())))));
            return skippingFrom(stages, Stage.SCENARIOS);
        }
        stages.add(law(rulebook, draft));
        List<ScenarioResult> scenarios = scenarios(rulebook, draft);
        stages.add(told(scenarios));
        stages.add(ParityCheck.run(draft, scenarios, opa));
        stages.add(
                samples == null
                        ? StageResult.skipped(Stage.SAMPLES, "--samples DIR compares the catalog with your events")
                        : SampleCheck.run(rulebook, draft.policy(), samples));
        return new Review(stages);
    }

    private @Nullable LoadedRulebook rulebook(List<StageResult> stages) {
        LoadedRulebook rulebook;
        try {
            rulebook = RulebookLoader.load(folder);
        } catch (RulebookInvalidException e) {
            stages.add(StageResult.of(Stage.FILES, "every file, against its schema", e.findings()));
            stages.add(StageResult.skipped(Stage.RULES, "the files have to read first"));
            return null;
        }
        stages.add(StageResult.of(
                Stage.FILES,
                (rulebook.files().size() + rulebook.rego().size()) + " files, against their schemas",
                List.of()));
        CheckReport report = RulebookChecker.check(rulebook, features);
        stages.add(StageResult.of(Stage.RULES, "references, transforms, ceilings, domains, bases", report.findings()));
        return rulebook;
    }

    private static Review skippingFrom(List<StageResult> stages, Stage from) {
        for (Stage stage : Stage.values()) {
            if (stage.compareTo(from) >= 0) {
                stages.add(StageResult.skipped(stage, BEFORE));
            }
        }
        return new Review(stages);
    }

    private StageResult law(LoadedRulebook rulebook, DraftPolicy.Built draft) {
        var matrix = draft.policy().bundle().document().path("matrix");
        StageResult law = LawCheck.run(rulebook, matrix, day);
        List<Finding> all = new ArrayList<>(law.findings());
        all.addAll(GapCheck.run(rulebook, matrix));
        return StageResult.of(Stage.LAW, law.summary(), all);
    }

    private List<ScenarioResult> scenarios(LoadedRulebook rulebook, DraftPolicy.Built draft) {
        try (EphemeralKeys keys = EphemeralKeys.create()) {
            return Scenarios.run(
                    rulebook, draft.policy(), () -> new ProtectStand(draft.policy(), keys, features.fpe()));
        }
    }

    private static StageResult told(List<ScenarioResult> scenarios) {
        List<Finding> findings = new ArrayList<>();
        scenarios.forEach(scenario -> findings.addAll(scenario.findings()));
        int steps = scenarios.stream().mapToInt(ScenarioResult::steps).sum();
        if (scenarios.isEmpty()) {
            findings.add(new Finding(Severity.WARNING, "scenarios/", 0, 0, "there are no scenarios")
                    .because("nobody notices when a recipient gets more than was meant")
                    .fixedBy("./sluice policy test --record writes one from a sample event"));
        }
        return StageResult.of(Stage.SCENARIOS, scenarios.size() + " scenarios with " + steps + " steps", findings);
    }
}
