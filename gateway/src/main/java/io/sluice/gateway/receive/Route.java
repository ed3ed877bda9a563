package io.sluice.gateway.receive;

import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of the data port, matched on the raw path: no decoding, no dot segments, no trailing slash, so that nobody
 * reads an address differently from us.
 *
 * @param dataset dataset of the path, null for choices
 */
record Route(@Nullable String dataset) {
    private static final Pattern EVENTS = Pattern.compile("/v1/datasets/([^/?#%]{1,64})/events");
    private static final String CHOICES = "/v1/subjects/choices";

    /**
     * Finds the route.
     *
     * @param target request target as sent
     * @throws RefusedException {@code not-found}, {@code method-not-allowed}
     */
    static Route of(String method, String target) {
        Matcher events = EVENTS.matcher(target);
        boolean choices = target.equals(CHOICES);
        if (!choices && !events.matches()) {
            throw RefusedException.of(
                    ProblemCode.NOT_FOUND,
                    "Post to /v1/datasets/{dataset}/events or /v1/subjects/choices, without a query.");
        }
        if (!method.equals("POST")) {
            throw RefusedException.of(ProblemCode.METHOD_NOT_ALLOWED, "Use POST.");
        }
        return new Route(choices ? null : events.group(1));
    }
}
