package io.sluice.policies.evaluate;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Several datasets behind one address: a member of the payload says which ({@code /v1/datasets/fhir/events} by
 * {@code resourceType}).
 *
 * @param name the group's name in the path
 * @param at JSON Pointer of the member
 * @param datasets dataset ids by the member's value
 */
public record DatasetGroup(String name, String at, SortedMap<String, String> datasets) {
    public DatasetGroup {
        datasets = Collections.unmodifiableSortedMap(new TreeMap<>(datasets));
    }

    /** The dataset of a value. */
    public Optional<String> datasetOf(String value) {
        return Optional.ofNullable(datasets.get(value));
    }
}
