package io.sluice.gateway.receive;

import io.sluice.gateway.parse.PercentEncoding;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of the data port, matched on the raw path: no decoding, no dot segments, no trailing slash, so that nobody
 * reads an address differently from us.
 *
 * @param dataset dataset of the path, null for choices and questions
 * @param asked the event that is asked about, null where one is posted
 */
record Route(@Nullable String dataset, @Nullable EventAddress asked) {
    private static final Pattern EVENTS = Pattern.compile("/v1/datasets/([^/?#%]{1,64})/events");
    private static final Pattern EVENT =
            Pattern.compile("/v1/events/([^/?#&=+]{1,3072})(?:\\?source=([^?#&+]{1,3072}))?");
    private static final String CHOICES = "/v1/subjects/choices";

    /**
     * Finds the route.
     *
     * @param target request target as sent
     * @throws RefusedException {@code not-found}, {@code method-not-allowed}
     */
    static Route of(String method, String target) {
        if (isQuestion(target)) {
            return question(method, target);
        }
        Matcher events = EVENTS.matcher(target);
        boolean choices = target.equals(CHOICES);
        if (!choices && !events.matches()) {
            throw RefusedException.of(
                    ProblemCode.NOT_FOUND,
                    "Post to /v1/datasets/{dataset}/events or /v1/subjects/choices, without a query, or ask for"
                            + " /v1/events/{id}, with no parameter but source.");
        }
        if (!method.equals("POST")) {
            throw RefusedException.of(ProblemCode.METHOD_NOT_ALLOWED, "Use POST.");
        }
        return new Route(choices ? null : events.group(1), null);
    }

    /** Whether an address is one that is asked and not posted to. */
    static boolean isQuestion(String target) {
        return target.startsWith("/v1/events/");
    }

    private static Route question(String method, String target) {
        Matcher event = EVENT.matcher(target);
        if (!event.matches()) {
            throw RefusedException.of(
                    ProblemCode.NOT_FOUND,
                    "Ask for /v1/events/{id} or /v1/events/{id}?source={source}, both percent-encoded.");
        }
        if (!method.equals("GET") && !method.equals("HEAD")) { // RFC 9110 section 9.1: both, by every server
            throw RefusedException.of(ProblemCode.METHOD_NOT_ALLOWED, "Use GET.");
        }
        String source = event.group(2);
        return new Route(null, new EventAddress(decoded(event.group(1)), source == null ? null : decoded(source)));
    }

    private static String decoded(String part) {
        try {
            return PercentEncoding.decode(part);
        } catch (RefusedException malformed) {
            throw RefusedException.of(
                    ProblemCode.NOT_FOUND, "The id and the source in the address are percent-encoded UTF-8.");
        }
    }
}
