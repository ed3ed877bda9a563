package io.sluice.gateway.answer;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sluice.gateway.problem.Problem;
import java.io.IOException;
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

    /** Writes its members in their order; none holds anything that the producer sent but the id of an accepted event. */
    void write(JsonGenerator json, Numbering numbering) throws IOException {
        json.writeStartObject();
        json.writeNumberField(numbering.member(), number);
        if (accepted != null) {
            accepted.write(json);
        } else if (problem != null) {
            json.writeStringField("status", "refused");
            json.writePOJOField("problem", problem.members());
        }
        json.writeEndObject();
    }
}
