package io.sluice.reveal.answer;

import io.sluice.core.audit.ActEntry;
import io.sluice.core.audit.AuditEntry;
import io.sluice.core.decision.RevealDecision;
import io.sluice.core.decision.RevealInput;
import io.sluice.reveal.RevealLimits;
import io.sluice.reveal.emergency.Emergency;
import io.sluice.reveal.emergency.OpenReviews;
import io.sluice.reveal.trail.Trail;
import io.sluice.reveal.trail.TrailUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Emergency access (45 CFR 164.312(a)(2)(ii)): who breaks the glass says why and for how long, the policy says who may and
 * for how long at most, and somebody else closes its review. Thread-safe.
 */
final class Emergencies {
    private static final Duration SEEN = Duration.ofSeconds(5);

    private final RevealLimits limits;
    private final OpenReviews reviews;
    private final Trail trail;

    Emergencies(RevealLimits limits, OpenReviews reviews, Trail trail) {
        this.limits = limits;
        this.reviews = reviews;
        this.trail = trail;
    }

    /** Why an emergency access reveals nothing to this caller for this purpose; empty where the policy may be asked. */
    Optional<String> bars(String id, RevealService.Request request, String purpose) {
        requireKnown();
        Optional<Emergency> found = reviews.find(id);
        if (found.isEmpty()) {
            return Optional.of("emergency-unknown");
        }
        Emergency emergency = found.get();
        if (!emergency.caller().equals(request.caller())) {
            return Optional.of("emergency-not-yours");
        }
        if (!emergency.purpose().equals(purpose)) {
            return Optional.of("emergency-other-purpose");
        }
        return emergency.open(request.now()) ? Optional.empty() : Optional.of("emergency-expired");
    }

    Reply open(RevealService.Request request, RequestReader.Opening opening) throws TrailUnavailableException {
        requireKnown();
        if (reviews.count() >= limits.maxOpenEmergencies()) {
            throw RefusedException.denied(
                    "too-many-reviews", limits.maxOpenEmergencies() + " reviews are open; close some of them first.");
        }
        RevealInput input =
                new RevealInput.OpenEmergency(request.day(), request.caller(), opening.purpose(), opening.minutes());
        RevealDecision decision = request.ask(input);
        if (!(decision instanceof RevealDecision.Allowed allowed)) {
            return deny(request, input, decision);
        }
        Instant now = request.now().truncatedTo(ChronoUnit.MICROS);
        Emergency emergency = new Emergency(
                request.entries().request(),
                request.caller(),
                opening.purpose(),
                opening.reason(),
                now,
                now.plus(opening.minutes(), ChronoUnit.MINUTES),
                now.plus(allowed.reviewWithinHours(), ChronoUnit.HOURS));
        AuditEntry entry = request.entries()
                .decided(
                        ActEntry.Code.EMERGENCY_OPENED,
                        request.policy(),
                        input,
                        decision,
                        Map.of("emergency", emergency.toJson()));
        trail.append(List.of(entry), new Trail.Change(emergency.id(), emergency));
        awaitSeen(emergency.id(), true);
        return Reply.of(201, emergency.toJson());
    }

    Reply list(RevealService.Request request) throws TrailUnavailableException {
        requireKnown();
        RevealInput input = new RevealInput.ListReviews(request.day(), request.caller());
        RevealDecision decision = request.ask(input);
        if (decision instanceof RevealDecision.Denied) {
            return deny(request, input, decision);
        }
        List<Emergency> open = reviews.all();
        trail.append(
                List.of(request.entries()
                        .decided(
                                ActEntry.Code.REVIEWS_LISTED,
                                request.policy(),
                                input,
                                decision,
                                Map.of("open", open.size()))),
                null);
        List<Map<String, Object>> list = open.stream()
                .map(emergency -> {
                    Map<String, Object> json = emergency.toJson();
                    json.put("expired", !emergency.open(request.now()));
                    json.put("overdue", emergency.overdue(request.now()));
                    return json;
                })
                .toList();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("reviews", list);
        return Reply.of(200, json);
    }

    /** One after the other, so that a review is closed once. */
    synchronized Reply review(RevealService.Request request, String id, RequestReader.Finding finding)
            throws TrailUnavailableException {
        requireKnown();
        Optional<Emergency> found = reviews.find(id);
        RevealInput input = new RevealInput.Review(
                request.day(), request.caller(), found.map(Emergency::caller).orElse(Asker.UNKNOWN));
        RevealDecision decision = request.ask(input);
        if (decision instanceof RevealDecision.Denied) {
            return deny(request, input, decision);
        }
        Emergency emergency = found.orElseThrow(() -> RefusedException.denied(
                "emergency-unknown",
                "No emergency access of that id has an open review; sluice reveal reviews lists them."));
        Map<String, Object> reviewed = emergency.toJson();
        reviewed.put("reviewed", request.now().truncatedTo(ChronoUnit.MICROS).toString());
        reviewed.put("reviewer", request.caller());
        reviewed.put("justified", finding.justified());
        reviewed.put("finding", finding.finding());
        reviewed.put("overdue", emergency.overdue(request.now()));
        AuditEntry entry = request.entries()
                .decided(
                        ActEntry.Code.EMERGENCY_REVIEWED,
                        request.policy(),
                        input,
                        decision,
                        Map.of("emergency", reviewed));
        trail.append(List.of(entry), new Trail.Change(emergency.id(), null));
        awaitSeen(emergency.id(), false);
        return Reply.of(200, reviewed);
    }

    private Reply deny(RevealService.Request request, RevealInput input, RevealDecision decision)
            throws TrailUnavailableException {
        trail.append(
                List.of(request.entries()
                        .decided(ActEntry.Code.REVEAL_REFUSED, request.policy(), input, decision, Map.of())),
                null);
        String code = decision instanceof RevealDecision.Denied denied ? denied.code() : "denied";
        return Reply.of(
                RefusedException.denied(code, "The rulebook in force says: " + code + "."),
                request.entries().request());
    }

    private void requireKnown() {
        if (!reviews.known()) {
            throw RefusedException.of(
                    ProblemCode.EMERGENCIES_UNKNOWN,
                    "reveal.emergencies was not read to its end yet. Repeat the request later.");
        }
    }

    /** So that the next request finds what this one wrote; it is durable, whatever the wait comes to. */
    private void awaitSeen(String id, boolean there) {
        try {
            var ignored = reviews.await(id, found -> found.isPresent() == there, SEEN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
