package io.sluice.audit.api;

import io.sluice.audit.access.Admission;
import io.sluice.audit.access.EntryNotDurableException;
import io.sluice.audit.access.ReaderDesk;
import io.sluice.audit.access.Readings;
import io.sluice.audit.access.Visitor;
import io.sluice.core.decision.AccessInput;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * From a request to its answer, without HTTP: find the route, ask the policy, tell the log, answer. In this order, so that
 * nothing is looked up for somebody who may not read, and nothing is shown that is not told (promise P1). Thread-safe; blocks.
 */
public final class Answers {
    private final List<Route> routes;
    private final ReaderDesk desk;
    private final Readings readings;
    private final Clock clock;

    /** Answers by these routes, the first that matches. */
    public Answers(List<Route> routes, ReaderDesk desk, Readings readings, Clock clock) {
        this.routes = List.copyOf(routes);
        this.desk = desk;
        this.readings = readings;
        this.clock = clock;
    }

    /**
     * The answer.
     *
     * @param path as sent, percent-encoded
     * @param query as sent; null for none
     * @throws RefusedException where there is none
     */
    public Reply answer(Visitor visitor, String path, @Nullable String query) {
        return answer(visitor, path, query, Map.of());
    }

    /** The same. @param cookies of those that this server sets */
    Reply answer(Visitor visitor, String path, @Nullable String query, Map<String, String> cookies) {
        for (Route route : routes) {
            Optional<Map<String, String>> places = route.match(path);
            if (places.isPresent()) {
                Question plain = new Question(
                        places.get(),
                        Question.parameters(query, route.parameters(), route.maxChars()),
                        visitor,
                        null,
                        cookies);
                return answer(plain, route);
            }
        }
        throw new RefusedException(
                ProblemCode.NOT_FOUND, "There is nothing at this address; /api/v1/openapi.json lists what there is.");
    }

    private Reply answer(Question plain, Route route) {
        AccessInput.Act act = route.act();
        if (act == null) {
            return route.handler().apply(plain);
        }
        Visitor visitor = plain.visitor();
        Admission.Granted granted = admit(visitor, act);
        if (plain.parameters().containsKey(Filters.SUBJECT)) { // it finds what a subject's own page shows
            admit(visitor, AccessInput.Act.SUBJECT);
        }
        Question question = new Question(plain.path(), plain.parameters(), visitor, granted, Map.of());
        try (Readings.Asked asked = readings.read(granted, visitor, route.told().apply(question))) {
            Reply reply = route.handler().apply(question);
            asked.answered();
            return reply;
        } catch (EntryNotDurableException e) {
            throw new RefusedException(
                    ProblemCode.ENTRY_NOT_DURABLE,
                    "That the log is read is an entry of it, and it could not be written. Nothing was shown. Repeat it later.");
        }
    }

    private Admission.Granted admit(Visitor visitor, AccessInput.Act act) {
        if (visitor.identities().isEmpty() && visitor.equals(Visitor.STRANGER)) {
            readings.refused(ReaderDesk.UNKNOWN, visitor, ProblemCode.NOT_SIGNED_IN.code());
            throw new RefusedException(
                    ProblemCode.NOT_SIGNED_IN,
                    "Connect with a client certificate, or sign in the way that this server offers.");
        }
        Admission admission = desk.ask(visitor, act, clock.instant());
        if (admission instanceof Admission.Granted granted) {
            return granted;
        }
        if (admission instanceof Admission.Unavailable unavailable) {
            throw new RefusedException(ProblemCode.POLICY_UNAVAILABLE, unavailable.why());
        }
        Admission.Refused refused = (Admission.Refused) admission;
        readings.refused(refused.reader(), visitor, refused.code());
        if (refused.reader().equals(ReaderDesk.UNKNOWN)) {
            throw new RefusedException(
                    ProblemCode.READER_UNKNOWN, "access.yaml of the rulebook in force names who reads the log.");
        }
        throw new RefusedException(ProblemCode.DENIED, "No grant of access.yaml lets you read this.", refused.code());
    }

    /** Somebody was refused before anything was asked. */
    void refused(Visitor visitor, ProblemCode code) {
        readings.refused(ReaderDesk.UNKNOWN, visitor, code.code());
    }

    /** The policy and who asks, for those who show it. */
    public ReaderDesk desk() {
        return desk;
    }
}
