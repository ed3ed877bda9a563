/**
 * The puncturable subject key tree ({@code docs/specs/key-tree.md}): a key for every data subject, derived and never
 * stored, and a way to make one of them underivable for ever without touching the others.
 *
 * <p>{@link io.sluice.protection.keytree.TreePublisher} makes revisions of the tree's state,
 * {@link io.sluice.protection.keytree.SubjectKeys} uses them, once per JVM. What the tree's nodes hold is a secret like a
 * root key: it lives in the wrapped files of the publisher and in the registry's memory, and belongs in no Flink state,
 * checkpoint, log or dump, which would be copies that no erasure reaches.
 */
@NullMarked
package io.sluice.protection.keytree;

import org.jspecify.annotations.NullMarked;
