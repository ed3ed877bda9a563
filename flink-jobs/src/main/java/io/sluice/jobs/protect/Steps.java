package io.sluice.jobs.protect;

import io.sluice.protection.keys.EnvelopeKeys;

/**
 * The steps of one subtask, in the order in which a record meets them.
 *
 * @param tickets knows what the job quarantined
 * @param unseal verifies and opens
 * @param hashes keyed hashes of contents and views
 * @param decide asks the policy
 * @param subjectKeys where the secrets of subjects come from
 * @param recentCodes the codes of subjects that the subtask used lately
 * @param envelopes the keys of domains, whose age and use the metrics tell
 * @param protect makes the views
 * @param notices tells recipients of choices
 * @param disposal puts together what leaves
 * @param policy what is told of the policy
 * @param release gives back what the subtasks of this JVM share
 */
record Steps(
        Tickets tickets,
        Unseal unseal,
        KeyedHash hashes,
        Decide decide,
        SubjectKeyring subjectKeys,
        RecentCodes recentCodes,
        EnvelopeKeys envelopes,
        Protect protect,
        Notices notices,
        Disposal disposal,
        TaskPolicy policy,
        Runnable release) {}
