package io.sluice.audit.access;

import io.sluice.core.decision.AccessDecision;
import io.sluice.core.decision.AccessInput;
import io.sluice.core.rulebook.Reading;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.evaluate.DecisionInvalidException;
import io.sluice.policies.evaluate.PolicyEvaluationException;
import io.sluice.policies.evaluate.PolicyUnavailableException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the policy in force whether a visitor may read. Without a policy nobody may (promise P1). Thread-safe; blocks. */
public final class ReaderDesk {
    /** Stands in entries for everybody whom the rulebook does not know, so that nobody can write a name into the log. */
    public static final String UNKNOWN = "unknown";

    private static final Logger LOG = LoggerFactory.getLogger(ReaderDesk.class);
    private static final String READER_UNKNOWN = "reader-unknown";

    private final Function<Instant, Optional<ActivePolicy>> policies;

    /** @param policies the policy in force at a time; empty where none is known to be */
    public ReaderDesk(Function<Instant, Optional<ActivePolicy>> policies) {
        this.policies = policies;
    }

    /** The policy in force; empty where none is known to be. */
    public Optional<ActivePolicy> policy(Instant now) {
        return policies.apply(now);
    }

    /** Whether the rulebook of that policy knows the visitor as a reader, whatever that reader may read. */
    public static boolean knows(ActivePolicy policy, Visitor visitor) {
        Reading reading = policy.rulebook().reading();
        return reader(visitor, reading, reading.known(visitor.issuer(), visitor.groups()))
                .isPresent();
    }

    /** Whether that visitor may do that now. */
    public Admission ask(Visitor visitor, AccessInput.Act act, Instant now) {
        Optional<ActivePolicy> policy = policies.apply(now);
        if (policy.isEmpty()) {
            return new Admission.Unavailable("No policy is in force here now.");
        }
        Reading reading = policy.get().rulebook().reading();
        SortedSet<String> groups = reading.known(visitor.issuer(), visitor.groups());
        Optional<String> reader = reader(visitor, reading, groups);
        if (reader.isEmpty()) {
            return new Admission.Refused(UNKNOWN, READER_UNKNOWN);
        }
        AccessInput input = new AccessInput(
                act, now.atZone(ZoneOffset.UTC).toLocalDate(), reader.get(), visitor.kind(), visitor.issuer(), groups);
        try {
            AccessDecision decision = policy.get().access(input);
            if (decision instanceof AccessDecision.Allowed allowed) {
                return new Admission.Granted(input.reader(), policy.get(), input, allowed.reason());
            }
            return new Admission.Refused(input.reader(), ((AccessDecision.Denied) decision).code());
        } catch (PolicyEvaluationException | DecisionInvalidException | PolicyUnavailableException e) {
            LOG.atError()
                    .addKeyValue("revision", policy.get().bundle().revision())
                    .addKeyValue("fault", String.valueOf(e.getMessage()))
                    .log("The policy does not say who may read the audit log");
            return new Admission.Unavailable("The policy in force could not answer who may read. A revision from before"
                    + " sluice/access cannot: build and activate one.");
        }
    }

    /** One of the rulebook; else, for somebody in a group that it names, who the provider says it is. Empty for all others. */
    private static Optional<String> reader(Visitor visitor, Reading reading, SortedSet<String> groups) {
        List<Reading.Reader> readers = visitor.identities().stream()
                .flatMap(identity -> reading.readerOf(identity).stream())
                .distinct()
                .toList();
        if (readers.size() == 1) {
            return Optional.of(readers.get(0).id());
        }
        boolean named =
                readers.isEmpty() && !groups.isEmpty() && visitor.identities().size() == 1;
        return named ? Optional.of(visitor.identities().get(0)) : Optional.empty(); // not a certificate of several
    }
}
