package io.sluice.policies.canary;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.decision.ReturnLimit;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a canary does beside the rest: numbers only. Immutable.
 *
 * @param activation the activation that has it
 * @param revision the active revision of that
 * @param canary the canary's revision
 * @param limit when it goes back
 * @param decided records that the canary decided
 * @param failed of them, through the policy or its execution
 * @param others records of the same activation that the active revision decided
 * @param othersFailed of them
 * @param returned whether it has gone back
 * @param fault what keeps the watch from counting or from taking it back, in words; null where nothing does
 */
public record CanaryReport(
        long activation,
        long revision,
        long canary,
        ReturnLimit limit,
        long decided,
        long failed,
        long others,
        long othersFailed,
        boolean returned,
        @Nullable String fault) {
    /** The same once it has gone back. */
    public CanaryReport asReturned() {
        return new CanaryReport(activation, revision, canary, limit, decided, failed, others, othersFailed, true, null);
    }

    /** The same of a watch that is kept from its work. */
    public CanaryReport withFault(String words) {
        return new CanaryReport(
                activation, revision, canary, limit, decided, failed, others, othersFailed, returned, words);
    }

    /** The counts and the limit, as members of an entry's detail. */
    public Map<String, Object> detail() {
        return new TreeMap<>(Map.of(
                "decided", decided,
                "failed", failed,
                "others", others,
                "othersFailed", othersFailed,
                "returnAt",
                        new TreeMap<>(
                                Map.of("excessBasisPoints", limit.excessBasisPoints(), "records", limit.records()))));
    }

    /** As a JSON object. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = detail();
        json.put("activation", activation);
        json.put("revision", revision);
        json.put("canary", canary);
        json.put("returned", returned);
        if (fault != null) {
            json.put("fault", fault);
        }
        return json;
    }

    /** Reads the JSON form. @throws IllegalArgumentException where it is malformed */
    public static CanaryReport of(JsonNode json) {
        JsonNode limit = json.path("returnAt");
        return new CanaryReport(
                number(json, "activation"),
                number(json, "revision"),
                number(json, "canary"),
                new ReturnLimit(
                        (int) Math.min(number(limit, "excessBasisPoints"), Integer.MAX_VALUE),
                        number(limit, "records")),
                number(json, "decided"),
                number(json, "failed"),
                number(json, "others"),
                number(json, "othersFailed"),
                json.path("returned").asBoolean(),
                json.has("fault") ? json.get("fault").asText() : null);
    }

    /** A sentence or two, for people. */
    public String text() {
        String counts = "revision " + canary + " decided " + decided + " records, " + rate(failed, decided)
                + " of them failed; revision " + revision + " " + others + ", " + rate(othersFailed, others)
                + " of them failed.";
        if (returned) {
            return "The canary of activation " + activation + " has returned: " + counts;
        }
        return "The canary: " + counts + " It returns by itself above "
                + percent(limit.excessBasisPoints()) + " more than the rest, after " + limit.records() + " records."
                + (fault == null ? "" : " Nobody takes it back: " + fault + ".");
    }

    private static String rate(long failed, long decided) {
        return failed + " (" + percent(decided == 0 ? 0 : 10_000.0 * failed / decided) + ")";
    }

    private static String percent(double basisPoints) {
        return String.format(Locale.ROOT, "%.2f%%", basisPoints / 100);
    }

    private static long number(JsonNode json, String name) {
        if (!json.path(name).canConvertToLong() || !json.path(name).isIntegralNumber()) {
            throw new IllegalArgumentException("The canary's " + name + " must be a number");
        }
        return json.get(name).longValue();
    }
}
