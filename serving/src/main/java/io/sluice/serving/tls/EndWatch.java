package io.sluice.serving.tls;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns in the log of what ends soon, of each thing once a day, and at once when it has ended. What was renewed is another
 * thing. Of one thread at a time.
 */
final class EndWatch {
    private static final Logger LOG = LoggerFactory.getLogger(EndWatch.class);
    private static final Duration DAY = Duration.ofDays(1);

    private final Map<Warning, Instant> told = new HashMap<>();

    private record Warning(Term term, boolean ended) {}

    void look(Instant now, List<Term> terms) {
        told.keySet().removeIf(warning -> !terms.contains(warning.term));
        for (Term term : terms) {
            Warning warning = new Warning(term, term.ended(now));
            Instant last = told.getOrDefault(warning, Instant.MIN);
            if (term.endsSoon(now) && Duration.between(last, now).compareTo(DAY) >= 0) {
                told.put(warning, now);
                LOG.atWarn()
                        .addKeyValue("ends", term.ends())
                        .log("Renew {}: it {}", term.what(), warning.ended ? "has ended" : "ends soon");
            }
        }
    }
}
