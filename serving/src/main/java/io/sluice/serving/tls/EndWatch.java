package io.sluice.serving.tls;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns in the log of what ends soon or has ended, of each thing once a day. Of one thread at a time. */
final class EndWatch {
    private static final Logger LOG = LoggerFactory.getLogger(EndWatch.class);
    private static final Duration DAY = Duration.ofDays(1);

    private final Map<String, Instant> told = new HashMap<>();

    void look(Instant now, List<Term> terms) {
        told.keySet().retainAll(terms.stream().map(Term::what).toList());
        for (Term term : terms) {
            Instant last = told.getOrDefault(term.what(), Instant.MIN);
            if (term.endsSoon(now) && Duration.between(last, now).compareTo(DAY) >= 0) {
                told.put(term.what(), now);
                LOG.atWarn()
                        .addKeyValue("ends", term.ends())
                        .log("Renew {}: it {}", term.what(), term.ended(now) ? "has ended" : "ends soon");
            }
        }
    }
}
