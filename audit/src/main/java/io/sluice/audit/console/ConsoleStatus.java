package io.sluice.audit.console;

import io.sluice.audit.verify.Verdict;
import java.time.Instant;
import java.util.Optional;

/**
 * How a console stands with its log; what it knows anyway.
 *
 * @param indexed entries that its index holds
 * @param verified when the last verification of the whole log ended; empty for not yet
 * @param intact its verdict; empty where the log could not be read
 * @param complete the same
 * @param witnessed the same
 * @param reviewDue until when the activity has to be reviewed again; empty where that is not known
 */
public record ConsoleStatus(
        long indexed,
        Optional<Instant> verified,
        Optional<Verdict> intact,
        Optional<Verdict> complete,
        Optional<Verdict> witnessed,
        Optional<Instant> reviewDue) {}
