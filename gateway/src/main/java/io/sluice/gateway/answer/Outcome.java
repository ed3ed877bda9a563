package io.sluice.gateway.answer;

import io.sluice.gateway.problem.Problem;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of one event of a batch: accepted, or refused with a problem; exactly one of the two is there.
 *
 * @param number the event's place in its batch, as {@code Numbering} counts
 * @param accepted where it stands, null where it was refused
 * @param problem why it was refused, null where it was accepted
 */
public record Outcome(
        int number, @Nullable Accepted accepted, @Nullable Problem problem) {
    public Outcome {
        if ((accepted == null) == (problem == null)) {
            throw new IllegalArgumentException("An outcome is either accepted or refused");
        }
    }

    /** An event that is durable. */
    public static Outcome of(int number, Accepted accepted) {
        return new Outcome(number, accepted, null);
    }

    /** An event that was refused. */
    public static Outcome of(int number, Problem problem) {
        return new Outcome(number, null, problem);
    }

    /** Its members in their order; none holds anything that the producer sent but the id of an accepted event. */
    Map<String, Object> members(Numbering numbering) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put(numbering.member(), number);
        if (accepted != null) {
            json.putAll(accepted.members());
        } else if (problem != null) {
            json.put("status", "refused");
            json.put("problem", problem.members());
        }
        return json;
    }
}
