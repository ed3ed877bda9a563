package io.sluice.audit.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.append.PolicyArchive;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import io.sluice.core.rulebook.DataClass;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.TransformKind;
import io.sluice.policies.build.ArchiveRefusedException;
import io.sluice.policies.build.BundleArchive;
import io.sluice.policies.build.BundleFiles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The bundles and plans that entries cite, as far as they are kept. An entry cites them by digest, so what is kept under
 * it is what decided, whoever signed it. Keeps the last ones in memory. For one report and one thread.
 */
final class PolicyAtHand {
    private static final int MAX_PLANS = 512;
    private static final int MAX_RULEBOOKS = 8;

    private final PolicyArchive archive;
    private final Map<String, Optional<Declared>> rulebooks = new Latest<>(MAX_RULEBOOKS);
    private final Map<String, Optional<List<Rule>>> plans = new Latest<>(MAX_PLANS);

    PolicyAtHand(PolicyArchive archive) {
        this.archive = archive;
    }

    /**
     * What a plan does to the fields of one pattern.
     *
     * @param pattern as the catalog has it
     * @param transform its name, as {@code generalise.zip3}
     * @param kind the same without its variant
     * @param rule the rule that says so
     */
    record Rule(String pattern, String transform, TransformKind kind, String rule) {}

    private static final class Latest<V> extends LinkedHashMap<String, V> {
        private static final long serialVersionUID = 1L;

        private final int max;

        Latest(int max) {
            super(16, 0.75f, true);
            this.max = max;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
            return size() > max;
        }
    }

    /** The rulebook of a bundle; empty where the bundle is not kept or does not read. */
    Optional<Declared> rulebook(String bundle) {
        Optional<Declared> known = rulebooks.get(bundle);
        if (known == null) {
            known = archive.bundle(bundle).flatMap(bytes -> readable(bundle, bytes));
            rulebooks.put(bundle, known);
        }
        return known;
    }

    /** What cannot be read, as a form of years ago, is as good as not kept, and told like that. */
    private static Optional<Declared> readable(String name, byte[] bundle) {
        try {
            return Optional.of(read(name, bundle));
        } catch (ReportRefusedException e) {
            return Optional.empty();
        }
    }

    /** The rules of a plan, by their index; empty where the plan is not kept. */
    Optional<List<Rule>> plan(String digest) {
        Optional<List<Rule>> known = plans.get(digest);
        if (known == null) {
            known = archive.plan(digest).map(PolicyAtHand::rules);
            plans.put(digest, known);
        }
        return known;
    }

    /** The classes of a pattern of a dataset under a bundle's rulebook; none where it is not kept or has no such pattern. */
    List<DataClass> classes(String bundle, String dataset, String pattern) {
        List<DataClass> classes = new ArrayList<>();
        rulebook(bundle).ifPresent(declared -> {
            for (String id : declared.classesOf(dataset, pattern)) {
                DataClass known = declared.rulebook().classes().get(id);
                if (known != null) {
                    classes.add(known);
                }
            }
        });
        return classes;
    }

    /** A bundle's rulebook. @throws ReportRefusedException where the archive is no bundle */
    static Declared read(String name, byte[] bundle) {
        try {
            SortedMap<String, byte[]> files = BundleArchive.read(bundle);
            byte[] data = files.get(BundleFiles.DATA);
            if (data == null) {
                throw new ReportRefusedException("The bundle " + name + " has no " + BundleFiles.DATA + ".");
            }
            return Declared.of(name, StrictJson.read(data).path("rulebook"));
        } catch (ArchiveRefusedException | MalformedJsonException | IllegalArgumentException e) {
            throw new ReportRefusedException("The bundle " + name + " does not read: " + e.getMessage() + ".");
        }
    }

    private static List<Rule> rules(byte[] plan) {
        List<Rule> rules = new ArrayList<>();
        try {
            for (JsonNode field : StrictJson.read(plan).path("fields")) {
                String transform = field.path("transform").asText();
                rules.add(new Rule(
                        field.path("pattern").asText("?"),
                        transform,
                        TransformKind.ofCode(transform.split("\\.", 2)[0]).orElse(TransformKind.KEEP),
                        field.path("rule").asText("?")));
            }
        } catch (MalformedJsonException e) {
            throw new ReportRefusedException("A plan does not read: " + e.getMessage() + ".");
        }
        return rules;
    }

    /** Patterns of a dataset to the ids of their classes. */
    static Map<String, List<String>> classes(Dataset dataset) {
        Map<String, List<String>> classes = new TreeMap<>();
        dataset.fields().forEach((pattern, ids) -> classes.put(pattern.text(), ids));
        return classes;
    }
}
