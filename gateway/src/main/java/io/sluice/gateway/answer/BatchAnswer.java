package io.sluice.gateway.answer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.gateway.problem.Problem;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.QuotaState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a batch, written while its events settle, because only its last event decides the status: 202 where all
 * were accepted, 207 where some were, else a problem: the events' own where they agree, {@code batch-refused} where they do
 * not. Holds JSON bytes and no objects. Not thread-safe.
 */
public final class BatchAnswer {
    /** Most bytes that one event takes; a problem that would take more loses its places in the payload. */
    public static final int MAX_EVENT_BYTES = 2 << 10;

    /** Room for most events. */
    private static final int USUAL_EVENT_BYTES = 128;

    private static final JsonMapper MAPPER = new JsonMapper();
    /** Of elements of an array that begins elsewhere. */
    private static final JsonFactory ELEMENTS =
            new JsonFactoryBuilder().rootValueSeparator(",").build();

    private static final int ACCEPTED = 202;
    private static final int MULTI_STATUS = 207;

    private final Numbering numbering;
    private final String traceId;
    private final List<byte[]> blocks = new ArrayList<>();
    private long bytes;
    private int acceptedEvents;
    private int refusedEvents;
    private boolean retry;
    private @Nullable QuotaState quota;
    private @Nullable Stop stop;
    /** What all refusals so far have in common; null where they differ, or there is none. */
    private @Nullable Problem common;

    public BatchAnswer(Numbering numbering, String traceId) {
        this.numbering = numbering;
        this.traceId = traceId;
    }

    /** Adds outcomes that follow those before; returns how many bytes they take. */
    public int add(List<Outcome> outcomes) {
        ByteArrayOutputStream block = new ByteArrayOutputStream(outcomes.size() * USUAL_EVENT_BYTES);
        if (acceptedEvents + refusedEvents > 0 && !outcomes.isEmpty()) {
            block.write(',');
        }
        try (JsonGenerator json = ELEMENTS.createGenerator(block)) {
            for (Outcome outcome : outcomes) {
                Problem problem = outcome.problem();
                if (problem == null) {
                    acceptedEvents++;
                    outcome.write(json, numbering);
                } else {
                    refused(problem);
                    refusedEvents++;
                    json.writeRawValue(new String(refusal(outcome, problem), StandardCharsets.UTF_8));
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("Texts and numbers always have a JSON form, and memory takes it", e);
        }
        blocks.add(block.toByteArray());
        bytes += block.size();
        return block.size();
    }

    /** Says that the batch was left before its end. */
    public void stopped(Stop where) {
        refused(where.problem());
        stop = where;
    }

    /** Where the batch was left before its end, null where it was not. */
    public @Nullable Stop stop() {
        return stop;
    }

    /** Bytes of the events so far. */
    public long bytes() {
        return bytes;
    }

    private void refused(Problem problem) {
        Problem before = common;
        if (refusedEvents == 0 && stop == null) {
            common = problem;
        } else if (before != null && before.code() != problem.code()) {
            common = null;
        }
        retry |= problem.code().retry();
        if (quota == null) {
            quota = problem.quota();
        }
    }

    /** The HTTP status. */
    public int status() {
        Problem why = problem();
        return why != null ? why.code().status() : refusedEvents > 0 || stop != null ? MULTI_STATUS : ACCEPTED;
    }

    /** The media type. */
    public String contentType() {
        return problem() == null ? "application/json" : Problem.CONTENT_TYPE;
    }

    /** Whether sending what was refused once more may succeed. */
    public boolean retry() {
        return retry;
    }

    /** The first quota that was used up, null where none was. */
    public @Nullable QuotaState quota() {
        return quota;
    }

    /** Why nothing at all was accepted, null where something was or nothing was sent. */
    public @Nullable Problem problem() {
        if (acceptedEvents > 0 || refusedEvents == 0 && stop == null) {
            return null;
        }
        Problem one = common;
        if (one == null) {
            return Problem.of(
                    ProblemCode.BATCH_REFUSED,
                    "Each event was refused, not all for one reason; 'events' says why for each.");
        }
        return refusedEvents + (stop == null ? 0 : 1) == 1
                ? one
                : Problem.of(one.code(), "No event was accepted, all for this reason; 'events' says more for each.");
    }

    /** The body, to be sent piece by piece. */
    public List<byte[]> body() {
        Map<String, Object> head = new LinkedHashMap<>();
        Problem why = problem();
        if (why != null) {
            head.putAll(why.members());
        }
        head.put("traceId", traceId);
        Map<String, Object> counts = new LinkedHashMap<>();
        counts.put("accepted", acceptedEvents);
        counts.put("refused", refusedEvents);
        head.put("counts", counts);
        Stop left = stop;
        if (left != null) {
            Map<String, Object> stopped = new LinkedHashMap<>();
            stopped.put(numbering.member(), left.number());
            stopped.put("problem", left.problem().members());
            head.put("stopped", stopped);
        }
        String open = new String(json(head), StandardCharsets.UTF_8);
        List<byte[]> body = new ArrayList<>();
        body.add((open.substring(0, open.length() - 1) + ",\"events\":[").getBytes(StandardCharsets.UTF_8));
        body.addAll(blocks);
        body.add("]}".getBytes(StandardCharsets.UTF_8));
        return body;
    }

    private byte[] refusal(Outcome outcome, Problem problem) {
        byte[] json = json(outcome);
        if (json.length < MAX_EVENT_BYTES) {
            return json;
        }
        return json(Outcome.of(outcome.number(), Problem.of(problem.code(), problem.detail())));
    }

    private byte[] json(Outcome outcome) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(USUAL_EVENT_BYTES);
        try (JsonGenerator json = MAPPER.createGenerator(out)) {
            outcome.write(json, numbering);
        } catch (IOException e) {
            throw new IllegalStateException("Texts and numbers always have a JSON form, and memory takes it", e);
        }
        return out.toByteArray();
    }

    private static byte[] json(Map<String, Object> members) {
        try {
            return MAPPER.writeValueAsBytes(members);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A map of texts and numbers always has a JSON form", e);
        }
    }
}
