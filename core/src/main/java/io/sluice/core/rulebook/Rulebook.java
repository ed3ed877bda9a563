package io.sluice.core.rulebook;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the rooms need of a rulebook without asking the policy: who the producers and recipients are, what a dataset's
 * records look like. Profiles, protections and the logic over them stay with the policy. Immutable.
 *
 * @param classes taxonomy by id
 * @param controllers by id
 * @param purposes by id
 * @param datasets by id, {@code extends} folded in
 * @param producers by id
 * @param recipients by id
 * @param revealing who may ask for protected values
 * @param reading who may ask to read the audit log
 */
public record Rulebook(
        SortedMap<String, DataClass> classes,
        SortedMap<String, Controller> controllers,
        SortedMap<String, Purpose> purposes,
        SortedMap<String, Dataset> datasets,
        SortedMap<String, Producer> producers,
        SortedMap<String, Recipient> recipients,
        Revealing revealing,
        Reading reading) {
    public Rulebook {
        classes = frozen(classes);
        controllers = frozen(controllers);
        purposes = frozen(purposes);
        datasets = frozen(datasets);
        producers = frozen(producers);
        recipients = frozen(recipients);
    }

    /** The producer whose certificate carries an identity. */
    public Optional<Producer> producerOf(String identity) {
        return producers.values().stream()
                .filter(producer -> producer.identities().contains(identity))
                .findFirst();
    }

    private static <V> SortedMap<String, V> frozen(SortedMap<String, V> map) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }
}
