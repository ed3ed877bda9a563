package io.sluice.reveal.answer;

import io.sluice.core.audit.AuditEntry;
import io.sluice.core.decision.RevealDecision;
import io.sluice.core.decision.RevealInput;
import io.sluice.core.rulebook.Revealing;
import io.sluice.policies.PolicyException;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.reveal.RevealLimits;
import io.sluice.reveal.emergency.OpenReviews;
import io.sluice.reveal.operate.RevealMetrics;
import io.sluice.reveal.trail.Trail;
import io.sluice.reveal.trail.TrailUnavailableException;
import io.sluice.reveal.value.Item;
import io.sluice.reveal.value.Outcome;
import io.sluice.reveal.value.Revealer;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests. Every attempt is an entry of the audit log, and nothing is answered before its entries are durable: no
 * entry, no value. Blocks; thread-safe.
 */
public final class RevealService {
    private static final Logger LOG = LoggerFactory.getLogger(RevealService.class);

    private final String tenant;
    private final RevealLimits limits;
    private final Function<Instant, Optional<ActivePolicy>> policies;
    private final Revealer revealer;
    private final Trail trail;
    private final RevealMetrics metrics;
    private final Clock clock;
    private final RequestReader reader;
    private final Quotas quotas;
    private final Emergencies emergencies;

    /**
     * @param policies the policy in force at a time
     * @param trail takes entries
     * @param reviews the emergencies as the trail's topic says
     * @param nanoTime a monotonic clock
     */
    public RevealService(
            String tenant,
            RevealLimits limits,
            Function<Instant, Optional<ActivePolicy>> policies,
            Revealer revealer,
            Trail trail,
            OpenReviews reviews,
            RevealMetrics metrics,
            Clock clock,
            LongSupplier nanoTime) {
        this.tenant = tenant;
        this.limits = limits;
        this.policies = policies;
        this.revealer = revealer;
        this.trail = trail;
        this.metrics = metrics;
        this.clock = clock;
        this.reader = new RequestReader(limits);
        this.quotas = new Quotas(nanoTime);
        this.emergencies = new Emergencies(limits, reviews, trail);
    }

    /** What a request is about. */
    public sealed interface Address {
        /** {@code POST /v1/reveal}. */
        record Values() implements Address {}

        /** {@code POST /v1/emergencies}. */
        record Emergencies() implements Address {}

        /** {@code GET /v1/reviews}. */
        record Reviews() implements Address {}

        /** {@code POST /v1/reviews/<id>}. */
        record Review(String id) implements Address {}
    }

    /** One request with what it is decided by. */
    record Request(Entries entries, ActivePolicy policy, Instant now, byte[] body) {
        String caller() {
            return entries.asker().id();
        }

        LocalDate day() {
            return LocalDate.ofInstant(now, ZoneOffset.UTC);
        }

        /** Asks the policy. @throws RefusedException {@code policy-unavailable} */
        RevealDecision ask(RevealInput input) {
            try {
                return policy.reveal(input);
            } catch (PolicyException e) {
                throw unanswered(e);
            }
        }
    }

    /**
     * Answers a request; refuses by a problem, never by an exception.
     *
     * @param leaf the caller's certificate; its chain was verified by TLS
     */
    public Reply answer(Address address, X509Certificate leaf, byte[] body) {
        Instant now = clock.instant();
        String id = UUID.randomUUID().toString();
        Optional<ActivePolicy> policy = policies.apply(now);
        Asker asker =
                Asker.of(leaf, policy.map(known -> known.rulebook().revealing()).orElse(Revealing.NOBODY));
        Entries entries = new Entries(tenant, id, asker, now);
        try {
            return answer(address, entries, policy, now, body);
        } catch (RefusedException refused) {
            return refused(refused, entries);
        } catch (TrailUnavailableException e) {
            return notDurable(id);
        } catch (RuntimeException e) {
            // Only class and place: a message may quote what the caller sent.
            LOG.atError()
                    .addKeyValue("request", id)
                    .addKeyValue("fault", e.getClass().getName())
                    .addKeyValue("at", e.getStackTrace().length == 0 ? "" : e.getStackTrace()[0])
                    .log("A request failed by a fault of the service");
            return refused(
                    RefusedException.of(ProblemCode.INTERNAL, "A fault of the service; its log names it by request."),
                    entries);
        }
    }

    private Reply answer(Address address, Entries entries, Optional<ActivePolicy> policy, Instant now, byte[] body)
            throws TrailUnavailableException {
        admit(entries.asker(), 1);
        ActivePolicy inForce = policy.orElseThrow(() -> RefusedException.of(
                ProblemCode.POLICY_UNAVAILABLE,
                "No verified, unexpired policy is known here, so nothing is revealed. Repeat the request later."));
        if (entries.asker().caller().isEmpty()) {
            throw RefusedException.of(
                    ProblemCode.CALLER_UNKNOWN,
                    "No caller of reveal.yaml has this certificate's identity; ask the officers to add it.");
        }
        Request request = new Request(entries, inForce, now, body);
        if (address instanceof Address.Values) {
            return values(request);
        }
        Reply reply;
        if (address instanceof Address.Emergencies) {
            reply = emergencies.open(request, reader.opening(body));
        } else if (address instanceof Address.Review review) {
            reply = emergencies.review(request, review.id(), reader.finding(body));
        } else {
            reply = emergencies.list(request);
        }
        if (reply.status() == ProblemCode.DENIED.status()) {
            metrics.refused(ProblemCode.DENIED);
        }
        return reply;
    }

    private void admit(Asker asker, int values) {
        int perMinute = asker.caller().map(Revealing.Caller::valuesPerMinute).orElse(limits.unknownPerMinute());
        long wait = values == 0 ? 0 : quotas.take(asker.id(), perMinute, values);
        if (wait > 0) {
            throw RefusedException.later(
                    "The rulebook grants " + perMinute + " values a minute; ask for fewer, or later.", wait);
        }
    }

    private Reply values(Request request) throws TrailUnavailableException {
        RequestReader.Values asked = reader.values(request.body());
        admit(request.entries().asker(), asked.items().size() - 1); // one was taken already
        Optional<String> barred = asked.emergency() == null
                ? Optional.empty()
                : emergencies.bars(asked.emergency(), request, asked.purpose());
        List<AuditEntry> entries = new ArrayList<>();
        List<Map<String, Object>> answers = new ArrayList<>();
        List<Outcome> outcomes = new ArrayList<>();
        for (Item item : asked.items()) {
            Revealer.Judged judged = judge(request, asked, item, barred.orElse(null));
            entries.add(request.entries().value(request.policy(), item, outcomes.size(), judged, asked.emergency()));
            answers.add(judged.outcome().toJson());
            outcomes.add(judged.outcome());
        }
        trail.append(entries, null);
        outcomes.forEach(outcome -> metrics.answered(outcome.answer()));
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("request", request.entries().request());
        json.put("items", answers);
        return Reply.of(200, json);
    }

    private Revealer.Judged judge(Request request, RequestReader.Values asked, Item item, @Nullable String barred) {
        try {
            return revealer.reveal(
                    request.policy(),
                    request.day(),
                    request.caller(),
                    asked.purpose(),
                    item,
                    asked.emergency() != null,
                    barred);
        } catch (PolicyException e) {
            throw unanswered(e);
        }
    }

    private static RefusedException unanswered(PolicyException e) {
        LOG.atError()
                .addKeyValue("fault", e.getClass().getName())
                .log("The policy did not answer; nothing was revealed"); // its message holds no value
        return RefusedException.of(
                ProblemCode.POLICY_UNAVAILABLE, "The policy did not answer, so nothing is revealed. Repeat it later.");
    }

    /** A refusal is an attempt too, hence an entry; a quota that is used up is told once a minute. */
    private Reply refused(RefusedException refused, Entries entries) {
        metrics.refused(refused.code());
        boolean told = refused.code() != ProblemCode.RATE_EXCEEDED
                || quotas.firstOfMinute(entries.asker().id());
        if (refused.code().audited() && told) {
            try {
                trail.append(List.of(entries.refused(refused)), null);
            } catch (TrailUnavailableException e) {
                return notDurable(entries.request());
            }
        }
        return Reply.of(refused, entries.request());
    }

    private Reply notDurable(String request) {
        metrics.refused(ProblemCode.ENTRY_NOT_DURABLE);
        return Reply.of(
                RefusedException.of(
                        ProblemCode.ENTRY_NOT_DURABLE,
                        "The audit entry of this attempt could not be made durable, so nothing is answered. Repeat it"
                                + " later; the attempt may stand in the log all the same."),
                request);
    }
}
