package io.sluice.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;

/**
 * What the gateway answered.
 *
 * @param status HTTP status
 * @param body its body
 * @param retryAfter the {@code Retry-After} header, where there is one
 */
public record Answer(int status, String body, Optional<String> retryAfter) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** The event is durable. */
    public boolean accepted() {
        return status == 202;
    }

    /** The same request may succeed later. */
    public boolean retryable() {
        return status == 429 || status == 503;
    }

    /** The problem's stable code; {@code http-<status>} where the body is no problem. */
    public String code() {
        String code = json().path("code").asText();
        return code.isEmpty() ? "http-" + status : code;
    }

    /** The body as JSON; a missing node where it is none. */
    public JsonNode json() {
        try {
            return MAPPER.readTree(body.isEmpty() ? "null" : body);
        } catch (JsonProcessingException e) {
            return MAPPER.missingNode();
        }
    }
}
