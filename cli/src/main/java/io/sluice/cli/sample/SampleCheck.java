package io.sluice.cli.sample;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.cli.scenario.EphemeralKeys;
import io.sluice.cli.scenario.PlainViews;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.FieldPattern;
import io.sluice.policies.check.Stage;
import io.sluice.policies.check.StageResult;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.load.FileKind;
import io.sluice.policies.load.Finding;
import io.sluice.policies.load.LoadedRulebook;
import io.sluice.policies.load.YamlDocument;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Compares sample events with the catalog, by the execution that recipients' views are made with: which fields no pattern
 * declares, which patterns meet no field, what a pattern with {@code /**} covers. Paths are named, never values.
 */
public final class SampleCheck {
    private static final int MAX_NAMED = 12;

    private final LoadedRulebook rulebook;
    private final ActivePolicy policy;
    private final List<Finding> findings = new ArrayList<>();
    /** How often each pattern of a dataset met a field. */
    private final Map<String, Map<String, Integer>> met = new TreeMap<>();

    private SampleCheck(LoadedRulebook rulebook, ActivePolicy policy) {
        this.rulebook = rulebook;
        this.policy = policy;
    }

    /** @param place folder of samples; those of a dataset that is in no group stand in a folder of its name */
    public static StageResult run(LoadedRulebook rulebook, ActivePolicy policy, Path place) {
        SampleCheck check = new SampleCheck(rulebook, policy);
        List<SampleEvent> events = SampleFiles.read(place);
        Map<String, List<SampleEvent>> byDataset = check.byDataset(events);
        try (EphemeralKeys keys = EphemeralKeys.create()) {
            PlainViews views = new PlainViews(keys);
            byDataset.forEach((dataset, samples) -> check.dataset(views, dataset, samples));
        }
        check.unmet();
        int known = byDataset.values().stream().mapToInt(List::size).sum();
        return StageResult.of(
                Stage.SAMPLES,
                known + " of " + events.size() + " sample events, of " + String.join(", ", byDataset.keySet()),
                check.findings);
    }

    private Map<String, List<SampleEvent>> byDataset(List<SampleEvent> events) {
        Map<String, List<SampleEvent>> byDataset = new TreeMap<>();
        TreeSet<String> unknown = new TreeSet<>();
        for (SampleEvent event : events) {
            Optional<String> dataset = datasetOf(event);
            if (dataset.isPresent()) {
                byDataset
                        .computeIfAbsent(dataset.get(), first -> new ArrayList<>())
                        .add(event);
            } else {
                unknown.add(event.file());
            }
        }
        if (!unknown.isEmpty()) {
            findings.add(new Finding(
                            Finding.Severity.WARNING,
                            "catalog/",
                            0,
                            0,
                            "sample files hold events of no dataset: " + some(unknown))
                    .fixedBy("put them in a folder of the dataset's name, or write a catalog file: "
                            + "./sluice policy infer"));
        }
        return byDataset;
    }

    /** By the folder of its name, else by the member that its group is told apart by. */
    private Optional<String> datasetOf(SampleEvent event) {
        String folder = event.file().contains("/")
                ? event.file().substring(0, event.file().indexOf('/'))
                : "";
        if (policy.rulebook().datasets().containsKey(folder)) {
            return Optional.of(folder);
        }
        for (Map.Entry<String, JsonNode> dataset :
                rulebook.document().path("datasets").properties()) {
            JsonNode group = dataset.getValue().path("group");
            if (group.isObject()
                    && event.payload().at(group.path("at").asText()).equals(group.path("value"))) {
                return Optional.of(dataset.getKey());
            }
        }
        return Optional.empty();
    }

    private void dataset(PlainViews views, String id, List<SampleEvent> samples) {
        Dataset dataset = policy.rulebook().datasets().get(id);
        if (dataset == null) {
            return;
        }
        Map<String, Integer> counts = met.computeIfAbsent(id, first -> new TreeMap<>());
        Map<String, Integer> undeclared = new TreeMap<>();
        Map<String, TreeSet<String>> below = new TreeMap<>();
        TreeSet<String> without = new TreeSet<>();
        for (SampleEvent sample : samples) {
            PlainViews.Seen seen;
            try {
                seen = views.of(dataset, sample.payload(), dataset.fields().keySet());
            } catch (IllegalArgumentException e) {
                without.add(sample.file() + " (" + e.getMessage() + ")");
                continue;
            }
            seen.counts().forEach((pattern, count) -> counts.merge(pattern, count, Integer::sum));
            lost(sample.payload(), seen.view()).forEach(path -> undeclared.merge(path, 1, Integer::sum));
            seen.counts().forEach((pattern, count) -> {
                if (count > 0 && pattern.endsWith("/**")) {
                    PlainViews.Seen one = views.of(dataset, sample.payload(), Set.of(FieldPattern.parse(pattern)));
                    Leaves.each(
                            one.view(),
                            (path, value) -> below.computeIfAbsent(pattern, first -> new TreeSet<>())
                                    .add(path));
                }
            });
        }
        if (!without.isEmpty()) {
            findings.add(at(id, "/fields", Finding.Severity.WARNING, "no view can be made of: " + some(without)));
        }
        undeclared.forEach((path, times) -> undeclared(dataset, path, times, samples.size()));
        below.forEach((pattern, paths) -> subtree(id, pattern, paths));
    }

    /** Values of a payload that a view which keeps all that is declared does not have. */
    private static Set<String> lost(JsonNode payload, JsonNode view) {
        Map<String, Integer> left = new HashMap<>();
        Leaves.each(payload, (path, value) -> left.merge(path, value.isContainerNode() ? 0 : 1, Integer::sum));
        Leaves.each(view, (path, value) -> left.merge(path, value.isContainerNode() ? 0 : -1, Integer::sum));
        left.values().removeIf(count -> count <= 0);
        return left.keySet();
    }

    private void undeclared(Dataset dataset, String path, int times, int of) {
        findings.add(at(
                        dataset.id(),
                        "/fields",
                        Finding.Severity.WARNING,
                        path + " stands in " + times + " of " + of + " samples, and no field of '" + dataset.id()
                                + "' declares it")
                .because(
                        dataset.undeclared() == Dataset.Undeclared.DROP
                                ? "it goes out to nobody (undeclared: drop)"
                                : "such records are quarantined for whoever would get them (undeclared: quarantine)")
                .fixedBy("add to 'fields': " + path + ": CLASS"));
    }

    private void subtree(String id, String pattern, Set<String> paths) {
        YamlDocument file = declaring(id, pattern);
        String message = pattern + " covers in the samples of '" + id + "': " + some(paths);
        findings.add(
                file == null
                        ? at(id, "/fields", Finding.Severity.NOTE, message)
                        : file.note("/fields/" + YamlDocument.token(pattern), message));
    }

    /** Patterns that met nothing, where their dataset has samples; one note for each file. */
    private void unmet() {
        Map<String, TreeSet<String>> byFile = new TreeMap<>();
        Map<String, TreeSet<String>> datasets = new TreeMap<>();
        Map<String, Boolean> anywhere = new HashMap<>();
        met.forEach((dataset, counts) -> counts.forEach((pattern, count) -> {
            YamlDocument file = declaring(dataset, pattern);
            if (file != null) {
                anywhere.merge(file.path() + " " + pattern, count > 0, Boolean::logicalOr);
                byFile.computeIfAbsent(file.path(), first -> new TreeSet<>()).add(pattern);
                datasets.computeIfAbsent(file.path(), first -> new TreeSet<>()).add(dataset);
            }
        }));
        byFile.forEach((path, patterns) -> {
            TreeSet<String> unmet = new TreeSet<>(patterns);
            unmet.removeIf(pattern -> anywhere.getOrDefault(path + " " + pattern, false));
            YamlDocument file = rulebook.files().get(path);
            if (!unmet.isEmpty() && file != null) {
                findings.add(file.note(
                                "/fields",
                                unmet.size() + " of " + patterns.size()
                                        + " declared fields meet nothing in the samples of "
                                        + String.join(", ", datasets.getOrDefault(path, new TreeSet<>())) + ": "
                                        + some(unmet))
                        .because("a slip in a pattern looks like this, and so does a field that is rare"));
            }
        });
    }

    private @org.jspecify.annotations.Nullable YamlDocument declaring(String dataset, String pattern) {
        String next = dataset;
        for (int i = 0; i <= rulebook.files().size() && !next.isEmpty(); i++) {
            Optional<YamlDocument> file = rulebook.file(FileKind.CATALOG, next);
            if (file.isEmpty() || file.get().json().path("fields").has(pattern)) {
                return file.orElse(null);
            }
            next = file.get().json().path("extends").asText("");
        }
        return null;
    }

    private Finding at(String dataset, String pointer, Finding.Severity severity, String message) {
        return rulebook.file(FileKind.CATALOG, dataset)
                .map(file -> file.finding(severity, pointer, message))
                .orElseGet(() -> new Finding(severity, "catalog/" + dataset + ".yaml", 0, 0, message));
    }

    private static String some(Set<String> paths) {
        List<String> first = paths.stream().limit(MAX_NAMED).toList();
        int more = paths.size() - first.size();
        return String.join(", ", first) + (more > 0 ? " and " + more + " more" : "");
    }
}
