package io.sluice.custodian;

import io.sluice.core.event.SubjectRef;
import io.sluice.protection.keytree.Erasure;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What of a subject is to become underivable: in each epoch all keys up to a generation. It is fixed, and written down,
 * before the puncture: repeated it reaches no generation that the subject got by coming back.
 *
 * @param throughGenerations the last generation to go, by epoch
 */
public record ErasureOrder(SubjectRef subject, SortedMap<Integer, Integer> throughGenerations) {
    public ErasureOrder {
        throughGenerations = Collections.unmodifiableSortedMap(new TreeMap<>(throughGenerations));
        throughGenerations.values().forEach(generation -> new Erasure(subject, generation)); // refuses what is none
    }
}
