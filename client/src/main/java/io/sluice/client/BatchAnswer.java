package io.sluice.client;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway said of a batch, event by event.
 *
 * @param outcomes by the event's place: a {@link Receipt}, or an {@link EventRefusedException}; what may be tried again, or
 *     was not tried, is not in it
 */
record BatchAnswer(Map<Integer, Object> outcomes) {
    private static final int REQUEST_TIMEOUT = 408;
    private static final int TOO_MANY_REQUESTS = 429;

    /** Reads an answer. @param events how many events the batch had */
    static BatchAnswer of(int status, byte[] body, int events) {
        Map<?, ?> json;
        try {
            json = Json.read(body) instanceof Map<?, ?> object ? object : Map.of();
        } catch (IllegalArgumentException e) {
            return new BatchAnswer(Map.of()); // of something between us and the gateway
        }
        Map<Integer, Object> outcomes = new HashMap<>();
        if (json.get("events") instanceof List<?> list) {
            for (Object one : list) {
                if (one instanceof Map<?, ?> event && event.get("index") instanceof Double index) {
                    Object outcome = outcome(event);
                    if (outcome != null) {
                        outcomes.put(index.intValue(), outcome);
                    }
                }
            }
            return new BatchAnswer(outcomes);
        }
        if (json.get("code") == null) {
            return new BatchAnswer(Map.of());
        }
        if (!retryable(status)) {
            EventRefusedException refused = refused(json);
            for (int i = 0; i < events; i++) {
                outcomes.put(i, refused);
            }
        }
        return new BatchAnswer(outcomes);
    }

    /** Whether a status is worth the same request again. */
    static boolean retryable(int status) {
        return status == REQUEST_TIMEOUT || status == TOO_MANY_REQUESTS || status >= 500;
    }

    /** Whether all was refused for a reason that may be one event's: then each is to be sent alone. */
    boolean isOfTheWhole(int status, int events) {
        return status >= 400
                && events > 1
                && outcomes.size() == events
                && List.of("json-malformed", "batch-malformed", "batch-too-large", "body-too-large")
                        .contains(codeOfFirst());
    }

    private String codeOfFirst() {
        return outcomes.get(0) instanceof EventRefusedException refused ? refused.code() : "";
    }

    private static @Nullable Object outcome(Map<?, ?> event) {
        if ("accepted".equals(event.get("status"))) {
            return new Receipt(text(event, "id"), text(event, "position"), Boolean.TRUE.equals(event.get("repeated")));
        }
        EventRefusedException refused =
                event.get("problem") instanceof Map<?, ?> problem ? refused(problem) : refused(Map.of());
        return retryable(refused.status()) ? null : refused;
    }

    private static EventRefusedException refused(Map<?, ?> problem) {
        int status = problem.get("status") instanceof Double number ? number.intValue() : 0;
        String pointer = problem.get("pointer") instanceof String text ? text : null;
        return new EventRefusedException(status, text(problem, "code"), text(problem, "detail"), pointer);
    }

    private static String text(Map<?, ?> json, String name) {
        return json.get(name) instanceof String text ? text : "";
    }
}
