package io.sluice.protection.transform;

import io.sluice.protection.keys.KeyRing;

/**
 * A version of a key of the ring, as a rule's parameters name it: an {@code epoch} is a version, so that what a rotation of
 * the ring adds changes no token until the rulebook begins a new one.
 *
 * @param name in the ring
 * @param version from 1
 * @param held whether a KMS key of its own wraps it ({@code key: kms})
 */
record NamedKey(String name, int version, boolean held) {
    /** Reads {@code epoch} and {@code key}. */
    static NamedKey of(String prefix, String domain, Params params) throws PlanRefusedException {
        int epoch = params.integer("epoch", 1, 1, KeyRing.MAX_NAMED_VERSION);
        String key = params.text("key", "ring");
        if (!key.equals("ring") && !key.equals("kms")) {
            throw params.refused("parameter key must be kms");
        }
        boolean held = key.equals("kms");
        return new NamedKey(prefix + (held ? "kms." : "") + domain, epoch, held);
    }

    /** Another version of it. */
    NamedKey at(int other) {
        return new NamedKey(name, other, held);
    }
}
