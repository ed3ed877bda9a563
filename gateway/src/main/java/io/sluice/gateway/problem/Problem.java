package io.sluice.gateway.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An RFC 9457 problem. {@code detail} says what to change; neither it nor a member holds anything that the caller sent,
 * because answers end up in logs and proxies (promise P2).
 *
 * @param code what it is
 * @param detail one or two sentences: what is wrong here, and the fix
 * @param pointer JSON Pointer of the place, as the rulebook writes it; null where there is none
 * @param rule the rule that was broken, as the rulebook or its schema writes it; null where there is none
 * @param accepted what would be accepted instead; empty where that is no list
 * @param quota the quota that was used up, told in headers; null where it is about something else
 */
public record Problem(
        ProblemCode code,
        String detail,
        @Nullable String pointer,
        @Nullable String rule,
        List<String> accepted,
        @Nullable QuotaState quota) {
    /** The media type of {@link #toJson}. */
    public static final String CONTENT_TYPE = "application/problem+json";

    private static final JsonMapper MAPPER = new JsonMapper();

    public Problem {
        accepted = List.copyOf(accepted);
    }

    /** A problem of anything but a quota. */
    public Problem(
            ProblemCode code, String detail, @Nullable String pointer, @Nullable String rule, List<String> accepted) {
        this(code, detail, pointer, rule, accepted, null);
    }

    /** A problem that needs no more than a sentence. */
    public static Problem of(ProblemCode code, String detail) {
        return new Problem(code, detail, null, null, List.of());
    }

    /** The answer's body. @param traceId what the gateway's log names the request by */
    public byte[] toJson(String traceId) {
        Map<String, Object> json = members();
        json.put("traceId", traceId);
        try {
            return MAPPER.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A map of strings always has a JSON form", e);
        }
    }

    /** Its members in their order, without the trace id: a batch names that once. */
    public Map<String, Object> members() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("type", code.type());
        json.put("title", code.title());
        json.put("status", code.status());
        json.put("detail", detail);
        json.put("code", code.code());
        if (pointer != null) {
            json.put("pointer", pointer);
        }
        if (rule != null) {
            json.put("rule", rule);
        }
        if (!accepted.isEmpty()) {
            json.put("accepted", accepted);
        }
        return json;
    }
}
