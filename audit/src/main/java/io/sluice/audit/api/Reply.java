package io.sluice.audit.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What goes back. */
public sealed interface Reply {
    /** JSON's media type. */
    String JSON = "application/json";

    /** HTTP status. */
    int status();

    /** Headers, the content type among them. */
    Map<String, String> headers();

    /**
     * All at once.
     *
     * @param status HTTP status
     * @param headers as sent
     * @param body shared, not to be changed
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Whole(int status, Map<String, String> headers, byte[] body) implements Reply {
        public Whole {
            headers = Map.copyOf(headers);
        }
    }

    /**
     * Piece by piece, so that an export of any length takes the memory of one piece.
     *
     * @param status HTTP status
     * @param headers as sent
     * @param pieces the next one, empty after the last; called by one thread at a time; blocks
     */
    record Stream(int status, Map<String, String> headers, Pieces pieces) implements Reply {
        public Stream {
            headers = Map.copyOf(headers);
        }
    }

    /** Gives a body piece by piece. */
    interface Pieces {
        /** The next piece; empty after the last. */
        Optional<byte[]> next();
    }

    /** A body with its type. */
    static Whole of(int status, String type, byte[] body) {
        return new Whole(status, Map.of("content-type", type), body);
    }

    /** A text with its type. */
    static Whole of(int status, String type, String body) {
        return of(status, type, body.getBytes(StandardCharsets.UTF_8));
    }

    /** A JSON object. */
    static Whole json(Map<String, ?> json) {
        return of(200, JSON, bytes(json));
    }

    /** To another address of this server. */
    static Whole seeOther(String path) {
        return new Whole(303, Map.of("location", path), new byte[0]);
    }

    /** The problem of a refusal (RFC 9457). */
    static Whole problem(RefusedException refused) {
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
        return of(code.status(), "application/problem+json", bytes(json));
    }

    private static byte[] bytes(Map<String, ?> json) {
        try {
            return new JsonMapper().writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree always has a JSON form", e);
        }
    }
}
