package io.sluice.reveal.answer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What goes back: a JSON object, or an RFC 9457 problem.
 *
 * @param status HTTP status
 * @param contentType of the body
 * @param body JSON
 * @param retryAfterSeconds 0 where repeating is no use
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record Reply(int status, String contentType, byte[] body, long retryAfterSeconds) {
    private static final JsonMapper MAPPER = new JsonMapper();

    static Reply of(int status, Map<String, Object> json) {
        return new Reply(status, "application/json", bytes(json), 0);
    }

    /** The problem of a refusal. @param request what log and entries name the request by */
    public static Reply of(RefusedException refused, String request) {
        ProblemCode code = refused.code();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("type", "urn:sluice:problem:" + code.code());
        json.put("title", code.title());
        json.put("status", code.status());
        json.put("detail", refused.detail());
        json.put("code", code.code());
        if (refused.reason() != null) {
            json.put("reason", refused.reason());
        }
        json.put("request", request);
        return new Reply(
                code.status(), "application/problem+json", bytes(json), code.retry() ? refused.retryAfterSeconds() : 0);
    }

    private static byte[] bytes(Map<String, Object> json) {
        try {
            return MAPPER.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A map of strings always has a JSON form", e);
        }
    }

    /** Shows no value. */
    @Override
    public String toString() {
        return "Reply[" + status + "]";
    }
}
