package io.sluice.protection.keytree;

import io.sluice.core.event.SubjectRef;

/**
 * What is to become underivable: the subject's keys of every generation up to this one. Said by generation, so that the
 * same erasure twice is the same as once and does not reach the subject who came back.
 *
 * @param throughGeneration the last one that was used, from 0
 */
public record Erasure(SubjectRef subject, int throughGeneration) {
    /** Highest generation: a subject can be erased, and return, that often. */
    public static final int MAX_GENERATION = SubjectIndex.MAX_GENERATION;

    public Erasure {
        if (throughGeneration < 0 || throughGeneration > SubjectIndex.MAX_GENERATION) {
            throw new IllegalArgumentException(
                    "a generation is 0 to " + SubjectIndex.MAX_GENERATION + ", not " + throughGeneration);
        }
    }
}
