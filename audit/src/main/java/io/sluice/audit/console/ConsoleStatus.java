package io.sluice.audit.console;

import io.sluice.audit.verify.Verdict;
import io.sluice.audit.verify.Verification;
import java.time.Instant;
import java.util.Optional;

/**
 * How a console stands with its log; what it knows anyway.
 *
 * @param indexed entries that its index holds; 0 while it is built anew
 * @param verified when the last verification of the whole log ended that could read it; empty for not yet
 * @param unverified why the last one could not; empty where it could, or was none yet
 * @param intact the last one's verdict; empty where it could not read the log
 * @param complete the same
 * @param witnessed the same
 * @param reviewDue until when the activity has to be reviewed again; empty where that is not known
 * @param certificateEnds when the console's own certificate ends
 * @param revocationListsEnd when the first of its revocation lists ends
 */
public record ConsoleStatus(
        long indexed,
        Optional<Instant> verified,
        Optional<String> unverified,
        Optional<Verdict> intact,
        Optional<Verdict> complete,
        Optional<Verdict> witnessed,
        Optional<Instant> reviewDue,
        Instant certificateEnds,
        Instant revocationListsEnd) {

    static ConsoleStatus of(
            long indexed,
            RollingVerification rolling,
            Optional<Instant> reviewDue,
            Instant certificateEnds,
            Instant revocationListsEnd) {
        Optional<RollingVerification.Outcome> last = rolling.last();
        Optional<Verification> found = last.flatMap(outcome -> Optional.ofNullable(outcome.verification()));
        return new ConsoleStatus(
                indexed,
                rolling.verified(),
                last.filter(outcome -> outcome.verification() == null).map(RollingVerification.Outcome::fault),
                found.map(Verification::intact),
                found.map(Verification::complete),
                found.map(Verification::witnessed),
                reviewDue,
                certificateEnds,
                revocationListsEnd);
    }
}
