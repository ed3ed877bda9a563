package io.sluice.policies.matrix;

import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.Producer;
import io.sluice.core.rulebook.Rulebook;
import io.sluice.policies.matrix.Circumstance.Choice;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The circumstances under which a rulebook is asked about a dataset: each producer, each purpose of collection that it is
 * granted, each choice; and for each of these no attribute, each value of each attribute alone, and each region alone. A rule
 * that looks at two attributes at once, or at a region and an attribute, is not met in every combination. Stateless.
 */
final class Circumstances {
    /** Most circumstances of a dataset. */
    static final int MAX = 50_000;

    private Circumstances() {}

    static List<Circumstance> of(Rulebook rulebook, Dataset dataset) {
        List<Circumstance> all = new ArrayList<>();
        for (Producer producer : rulebook.producers().values()) {
            for (String purpose : producer.grants().getOrDefault(dataset.id(), List.of())) {
                for (Choice choice : choices(rulebook)) {
                    add(all, dataset, producer.id(), purpose, choice);
                }
            }
        }
        return all;
    }

    private static List<Choice> choices(Rulebook rulebook) {
        List<Choice> choices = new ArrayList<>(List.of(Choice.values()));
        if (Circumstance.consentPurposes(rulebook).isEmpty()) {
            choices.remove(Choice.CONSENT);
        }
        return choices;
    }

    private static void add(List<Circumstance> all, Dataset dataset, String producer, String purpose, Choice choice) {
        all.add(new Circumstance(producer, purpose, choice, null, new TreeMap<>()));
        dataset.attributes()
                .forEach((name, attribute) -> attribute.values().forEach(value -> {
                    SortedMap<String, String> one = new TreeMap<>();
                    one.put(name, value);
                    all.add(new Circumstance(producer, purpose, choice, null, one));
                }));
        for (String region : regions(dataset)) {
            all.add(new Circumstance(producer, purpose, choice, region, new TreeMap<>()));
        }
        if (all.size() > MAX) {
            throw new IllegalArgumentException("Dataset '" + dataset.id() + "' can be asked about under more than "
                    + MAX + " circumstances (producers x purposes x choices x values of attributes)");
        }
    }

    private static Set<String> regions(Dataset dataset) {
        TreeSet<String> regions = new TreeSet<>();
        Dataset.Region region = dataset.region();
        if (region != null) {
            regions.addAll(region.codes().values());
            if (region.constant() != null) {
                regions.add(region.constant());
            }
        }
        return regions;
    }
}
