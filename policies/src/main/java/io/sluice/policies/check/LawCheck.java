package io.sluice.policies.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.policies.load.FileKind;
import io.sluice.policies.load.Finding;
import io.sluice.policies.load.LoadedRulebook;
import io.sluice.policies.load.YamlDocument;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who gets nothing of what a protection gives, whatever the subject chose, and why: a ground, an agreement or a means of
 * transfer is missing. It reads the answers of the policy itself ({@code sluice/matrix}), so that it cannot disagree with it.
 * Stateless.
 */
public final class LawCheck {
    /** From here on the end of an agreement is worth a warning. */
    public static final int WARN_DAYS = 30;

    private final LoadedRulebook rulebook;
    private final JsonNode matrix;
    private final LocalDate day;
    /** Datasets by recipient and reason. */
    private final Map<String, Map<String, Withheld>> withheld = new TreeMap<>();

    private final List<Finding> findings = new ArrayList<>();

    /** One reason, and the datasets that a recipient gets nothing of because of it. */
    private record Withheld(String clause, TreeSet<String> datasets) {}

    private LawCheck(LoadedRulebook rulebook, JsonNode matrix, LocalDate day) {
        this.rulebook = rulebook;
        this.matrix = matrix;
        this.day = day;
    }

    /**
     * @param matrix what the policy answers to {@code sluice/matrix}
     * @param day on which agreements are to be in force
     */
    public static StageResult run(LoadedRulebook rulebook, JsonNode matrix, LocalDate day) {
        LawCheck check = new LawCheck(rulebook, matrix, day);
        int pairs = check.pairs();
        check.withheld.forEach((recipient, reasons) ->
                reasons.forEach((rule, one) -> check.findings.add(check.nothing(recipient, rule, one))));
        rulebook.files(FileKind.RECIPIENTS).forEach(check::recipient);
        return StageResult.of(Stage.LAW, pairs + " pairs of recipient and dataset on " + day, check.findings);
    }

    private int pairs() {
        int pairs = 0;
        for (Map.Entry<String, JsonNode> dataset : matrix.properties()) {
            for (Map.Entry<String, JsonNode> row : dataset.getValue().properties()) {
                pairs++;
                row.getValue()
                        .path("denied")
                        .forEach(reason -> add(
                                row.getKey(),
                                dataset.getKey(),
                                reason.path("rule").asText(),
                                reason.path("clause").asText()));
                if (!compatible(dataset.getKey(), row.getValue())) {
                    add(row.getKey(), dataset.getKey(), "purpose-incompatible", "GDPR Art. 5(1)(b), 6(4)");
                }
            }
        }
        return pairs;
    }

    private boolean compatible(String dataset, JsonNode row) {
        List<String> compatible = Check.texts(row.path("compatible"));
        return Check.texts(rulebook.document().path("datasets").path(dataset).path("purposes")).stream()
                .anyMatch(compatible::contains);
    }

    private void add(String recipient, String dataset, String rule, String clause) {
        withheld.computeIfAbsent(recipient, first -> new TreeMap<>())
                .computeIfAbsent(rule, first -> new Withheld(clause, new TreeSet<>()))
                .datasets()
                .add(dataset);
    }

    private Finding nothing(String recipient, String rule, Withheld one) {
        JsonNode party = rulebook.document().path("recipients").path(recipient);
        String purpose = party.path("purpose").asText();
        String what = "recipient '" + recipient + "' gets nothing of " + named(one.datasets()) + ": ";
        return switch (rule) {
            case "no-legal-basis" ->
                at(FileKind.PURPOSES, purpose, "/purpose", what + "purpose '" + purpose + "' has no basis", one)
                        .fixedBy("name its basis: gdpr6: {basis: A6-1-…}");
            case "no-permission" ->
                at(FileKind.PURPOSES, purpose, "/purpose", what + "purpose '" + purpose + "' has no permission", one)
                        .fixedBy("name its permission: hipaa: {permission: …}");
            case "not-de-identified" ->
                at(
                                FileKind.PROTECTIONS,
                                protection(recipient, one.datasets()),
                                "/datasets",
                                what + "its permission covers de-identified records only, and no profile de-identifies",
                                one)
                        .fixedBy("name a profile that de-identifies, as hipaa-safe-harbor");
            case "purpose-incompatible" ->
                at(
                                FileKind.PURPOSES,
                                purpose,
                                "/from",
                                what + "none of their purposes of collection is compatible with '" + purpose + "'",
                                one)
                        .fixedBy("list a purpose of collection under 'from', once you can say why it is compatible");
            case "agreement-missing" ->
                at(
                                FileKind.RECIPIENTS,
                                recipient,
                                "/agreement/kind",
                                what + "a " + party.path("role").asText() + " needs another agreement than '"
                                        + party.path("agreement").path("kind").asText("none") + "'",
                                one)
                        .fixedBy("conclude the agreement that the role or the profile asks for, and name it");
            case "no-transfer-tool" ->
                at(
                                FileKind.RECIPIENTS,
                                recipient,
                                "/country",
                                what + "it is in " + party.path("country").asText()
                                        + ", outside the EEA, and has no transfer tool",
                                one)
                        .fixedBy("name one: transfer: {tool: A46-2-c} (standard clauses), or another of Art. 45 to 49");
            case "no-adequacy-decision" ->
                at(
                                FileKind.RECIPIENTS,
                                recipient,
                                "/transfer/tool",
                                what + "there is no adequacy decision for "
                                        + party.path("country").asText(),
                                one)
                        .fixedBy("name another tool of Art. 46 or 49");
            default ->
                at(FileKind.RECIPIENTS, recipient, "/recipient", what + "rule '" + rule + "'", one)
                        .fixedBy("see the rule in rego/");
        };
    }

    private Finding at(FileKind kind, String id, String pointer, String message, Withheld one) {
        return rulebook.file(kind, id)
                .map(file -> file.error(pointer, message))
                .orElseGet(() -> new Finding(Finding.Severity.ERROR, kind.place() + id + ".yaml", 0, 0, message))
                .because(one.clause());
    }

    private String protection(String recipient, SortedSet<String> datasets) {
        return rulebook.files(FileKind.PROTECTIONS).stream()
                .map(YamlDocument::json)
                .filter(json -> json.path("recipient").asText().equals(recipient)
                        && Check.texts(json.path("datasets")).stream().anyMatch(datasets::contains))
                .map(json -> json.path("protection").asText())
                .findFirst()
                .orElse("");
    }

    private static String named(SortedSet<String> datasets) {
        return datasets.size() == 1 ? "dataset '" + datasets.first() + "'" : "datasets " + String.join(", ", datasets);
    }

    private void recipient(YamlDocument file) {
        String id = file.json().path("recipient").asText();
        JsonNode agreement = file.json().path("agreement");
        boolean served = false;
        for (JsonNode rows : matrix) {
            served |= rows.has(id);
        }
        if (!served) {
            findings.add(file.warning("/recipient", "recipient '" + id + "' gets nothing: no protection names it")
                    .because("what no protection opens is closed (GDPR Art. 25(2))")
                    .fixedBy("write protections/" + id + "-DATASET.yaml, or take the recipient out"));
        }
        if (agreement.path("until").isTextual()) {
            until(file, id, agreement);
        }
    }

    private void until(YamlDocument file, String id, JsonNode agreement) {
        LocalDate until = LocalDate.parse(agreement.path("until").asText());
        String name = "the agreement " + agreement.path("ref").asText() + " of recipient '" + id + "'";
        if (until.isBefore(day)) {
            findings.add(file.error("/agreement/until", name + " ended on " + until)
                    .because("from the day after, the recipient gets nothing (agreement-expired)")
                    .fixedBy("write the day until which it was renewed, or take the recipient's protections out"));
        } else if (until.isBefore(day.plusDays(WARN_DAYS))) {
            findings.add(file.warning("/agreement/until", name + " ends on " + until)
                    .because("from the day after, the recipient gets nothing (agreement-expired)")
                    .fixedBy("renew it, and write the new day"));
        }
    }
}
