package io.sluice.audit.merkle;

/** Gives the roots of perfect subtrees, which never change once their leaves are there. */
@FunctionalInterface
public interface PerfectNodes {
    /**
     * The root over leaves {@code index * 2^level} up to {@code (index + 1) * 2^level}.
     *
     * @throws RuntimeException where the node cannot be had
     */
    Hash node(int level, long index);
}
