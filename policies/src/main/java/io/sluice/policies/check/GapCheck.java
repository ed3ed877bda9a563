package io.sluice.policies.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.policies.load.FileKind;
import io.sluice.policies.load.Finding;
import io.sluice.policies.load.LoadedRulebook;
import io.sluice.policies.load.YamlDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is worth knowing and wrong for nobody: classes that a recipient's records hold and no rule of it names, patterns that open
 * whatever stands below, what nothing refers to. Notes only. Stateless.
 */
public final class GapCheck {
    private GapCheck() {}

    /** @param matrix what the policy answers to {@code sluice/matrix} */
    public static List<Finding> run(LoadedRulebook rulebook, JsonNode matrix) {
        List<Finding> findings = new ArrayList<>();
        for (YamlDocument file : rulebook.files(FileKind.PROTECTIONS)) {
            noRule(rulebook, matrix, file, findings);
        }
        for (YamlDocument file : rulebook.files(FileKind.CATALOG)) {
            subtrees(rulebook, matrix, file, findings);
        }
        unused(rulebook, findings);
        return findings;
    }

    /** Closed by default: what P6 wants, and what an officer should see. */
    private static void noRule(LoadedRulebook rulebook, JsonNode matrix, YamlDocument file, List<Finding> findings) {
        String recipient = file.json().path("recipient").asText();
        TreeSet<String> closed = new TreeSet<>();
        for (JsonNode dataset : file.json().path("datasets")) {
            JsonNode fields = matrix.path(dataset.asText()).path(recipient).path("fields");
            for (Map.Entry<String, JsonNode> field : fields.properties()) {
                if (field.getValue().path("rule").asText().equals("default")) {
                    closed.addAll(Check.texts(rulebook.document()
                            .path("datasets")
                            .path(dataset.asText())
                            .path("fields")
                            .path(field.getKey())));
                }
            }
        }
        if (!closed.isEmpty()) {
            findings.add(file.note(
                            "/datasets",
                            "no rule of '" + recipient + "' opens " + closed.size()
                                    + (closed.size() == 1 ? " class" : " classes") + " of these datasets: "
                                    + String.join(", ", closed))
                    .because("what no rule names is dropped"));
        }
    }

    private static void subtrees(LoadedRulebook rulebook, JsonNode matrix, YamlDocument file, List<Finding> findings) {
        for (Map.Entry<String, JsonNode> field : file.json().path("fields").properties()) {
            if (!field.getKey().endsWith("/**")) {
                continue;
            }
            Map<String, Set<String>> open = new TreeMap<>();
            for (Map.Entry<String, JsonNode> dataset : matrix.properties()) {
                dataset.getValue().properties().forEach(row -> {
                    String transform = row.getValue()
                            .path("fields")
                            .path(field.getKey())
                            .path("transform")
                            .asText("drop");
                    boolean own = declares(rulebook, dataset.getKey(), file);
                    if (own && !Set.of("drop", "redact").contains(transform)) {
                        open.computeIfAbsent(row.getKey(), first -> new TreeSet<>())
                                .add(transform);
                    }
                });
            }
            if (!open.isEmpty()) {
                findings.add(file.note(
                                "/fields/" + YamlDocument.token(field.getKey()),
                                field.getKey() + " opens whatever stands below it to " + words(open))
                        .because("a member that a producer adds tomorrow goes out with it")
                        .fixedBy("./sluice policy check --samples DIR shows what it opens; or name the leaves"));
            }
        }
    }

    /** Whether a dataset is that file's, or extends it. */
    private static boolean declares(LoadedRulebook rulebook, String dataset, YamlDocument file) {
        String wanted = file.json().path("dataset").asText();
        String next = dataset;
        for (int i = 0; i <= rulebook.files().size() && !next.isEmpty(); i++) {
            if (next.equals(wanted)) {
                return true;
            }
            next = rulebook.file(FileKind.CATALOG, next)
                    .map(one -> one.json().path("extends").asText(""))
                    .orElse("");
        }
        return false;
    }

    private static String words(Map<String, Set<String>> open) {
        List<String> words = new ArrayList<>();
        open.forEach((recipient, transforms) -> words.add(recipient + " (" + String.join(", ", transforms) + ")"));
        return String.join(", ", words);
    }

    private static void unused(LoadedRulebook rulebook, List<Finding> findings) {
        JsonNode document = rulebook.document();
        Set<String> profiles = new TreeSet<>();
        document.path("protections")
                .forEach(one -> profiles.add(one.path("profile").asText()));
        note(rulebook, FileKind.PROFILES, profiles, "no protection names the profile", findings);
        Set<String> posted = new TreeSet<>();
        document.path("producers").forEach(one -> posted.addAll(Check.names(one.path("datasets"))));
        Set<String> bases = new TreeSet<>();
        rulebook.files(FileKind.CATALOG).stream()
                .filter(file -> file.json().path("abstract").asBoolean(false))
                .forEach(file -> bases.add(file.json().path("dataset").asText()));
        posted.addAll(bases);
        note(rulebook, FileKind.CATALOG, posted, "no producer may post the dataset", findings);
        Set<String> protectedOnes = new TreeSet<>(bases);
        document.path("protections").forEach(one -> protectedOnes.addAll(Check.texts(one.path("datasets"))));
        note(rulebook, FileKind.CATALOG, protectedOnes, "nobody gets anything of the dataset", findings);
    }

    private static void note(
            LoadedRulebook rulebook, FileKind kind, Set<String> used, String message, List<Finding> findings) {
        String member = kind.idMember().orElseThrow();
        for (YamlDocument file : rulebook.files(kind)) {
            String id = file.json().path(member).asText();
            if (!used.contains(id)) {
                findings.add(file.note("/" + member, message + " '" + id + "'"));
            }
        }
    }
}
