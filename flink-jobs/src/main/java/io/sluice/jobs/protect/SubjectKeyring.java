package io.sluice.jobs.protect;

import io.sluice.core.event.SubjectRef;
import io.sluice.protection.keytree.SubjectUse;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/** Where the secrets of subjects come from. Confined to the task thread. */
interface SubjectKeyring {
    /**
     * The secrets of the record's subject; empty where they are not to be had in time.
     *
     * @param uses what they are needed for
     */
    Optional<SubjectSecrets> hold(SubjectRef subject, Set<SubjectUse> uses) throws InterruptedException;

    /** Which revisions of key trees are known to exist, for checkpoints: a text each, and never more than a number. */
    Collection<String> seen();

    /** What a checkpoint says that exists: nothing older is used. */
    void requireSeen(Iterable<String> revisions);
}
