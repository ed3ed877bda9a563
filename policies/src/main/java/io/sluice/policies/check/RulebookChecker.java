package io.sluice.policies.check;

import io.sluice.policies.approve.Approvers;
import io.sluice.policies.load.FileKind;
import io.sluice.policies.load.Finding;
import io.sluice.policies.load.LoadedRulebook;
import io.sluice.policies.load.RulebookCodec;
import io.sluice.policies.load.YamlDocument;

/**
 * Finds what is wrong in a rulebook that reads well: references that lead nowhere, transforms that a profile forbids or that
 * do not exist, rules that contradict each other, attributes that would betray, purposes without a basis. What passes makes
 * a model and a bundle. Stateless and thread-safe.
 */
public final class RulebookChecker {
    private RulebookChecker() {}

    /** Checks a rulebook for a deployment that has nothing switched on. */
    public static CheckReport check(LoadedRulebook rulebook) {
        return check(rulebook, Features.DEFAULT);
    }

    /** Checks a rulebook; the report says everything at once. */
    public static CheckReport check(LoadedRulebook rulebook, Features features) {
        Check check = new Check(rulebook, features);
        CatalogCheck.run(check);
        PartyCheck.run(check);
        ProtectionCheck.run(check);
        ProtectionCheck.contradictions(check);
        PairCheck.domains(check);
        RevealCheck.run(check);
        AccessCheck.run(check);
        ScenarioCheck.run(check);
        approvers(check);
        if (check.findings().stream().noneMatch(finding -> finding.severity() == Finding.Severity.ERROR)) {
            model(check);
        }
        return new CheckReport(check.findings());
    }

    private static void approvers(Check check) {
        for (YamlDocument file : check.files(FileKind.APPROVERS)) {
            try {
                Approvers approvers = Approvers.of(file.json());
                if (approvers.officers().size() == 1) {
                    check.error(
                            file,
                            "/officers",
                            "one officer alone puts nothing in force: the author of a revision cannot be the only one"
                                    + " who approves it; name two, or none");
                } else if (!approvers.officers().isEmpty() && approvers.dpos().isEmpty()) {
                    check.warning(
                            file,
                            "/officers",
                            "no officer has the role dpo, so no revision after this one can open a special category");
                }
            } catch (IllegalArgumentException e) {
                check.error(file, "/officers", String.valueOf(e.getMessage()));
            }
        }
    }

    /** The last word has the reader that the rooms use. */
    private static void model(Check check) {
        try {
            RulebookCodec.read(check.document());
        } catch (RuntimeException e) {
            check.findings().add(new Finding(Finding.Severity.ERROR, "catalog/", 0, 0, String.valueOf(e.getMessage())));
        }
    }
}
