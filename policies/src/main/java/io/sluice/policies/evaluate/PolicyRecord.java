package io.sluice.policies.evaluate;

import org.jspecify.annotations.Nullable;

/**
 * One record of {@code policy.bundles}.
 *
 * @param key {@code bundle/<sha256>}, {@code approvals/<sha256>} or {@code activation/<n>}
 * @param value its bytes, null for a tombstone (which is ignored: what was accepted stays)
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record PolicyRecord(String key, byte @Nullable [] value) {}
