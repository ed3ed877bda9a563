package io.sluice.core.decision;

import io.sluice.core.encoding.CanonicalJson;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code sluice/reveal} is asked. It holds no value, no subject and no concrete path, so that an audit entry can hold
 * it whole (promise P5).
 */
public sealed interface RevealInput {
    /** The JSON object that the policy gets. */
    Map<String, Object> toJson();

    /** RFC 8785 bytes of {@link #toJson}. */
    default byte[] canonical() {
        return CanonicalJson.bytes(toJson());
    }

    /**
     * Whether a value may be revealed.
     *
     * @param day UTC date: the policy's only clock
     * @param caller caller id of the rulebook
     * @param purpose what it is revealed for
     * @param dataset dataset id
     * @param releasedFor purpose of the recipient in whose view it stood
     * @param patterns patterns of the catalog that may have named the field, sorted
     * @param transform what protects it, as {@code encrypt}
     * @param domain domain of its key, null where the key tells none
     * @param emergency whether an emergency access is used
     */
    record Value(
            LocalDate day,
            String caller,
            String purpose,
            String dataset,
            String releasedFor,
            List<String> patterns,
            String transform,
            @Nullable String domain,
            boolean emergency)
            implements RevealInput {
        public Value {
            patterns = List.copyOf(patterns);
        }

        @Override
        public Map<String, Object> toJson() {
            Map<String, Object> json = about("reveal", day, caller);
            json.put("purpose", purpose);
            json.put("dataset", dataset);
            json.put("releasedFor", releasedFor);
            json.put("patterns", patterns);
            json.put("transform", transform);
            if (domain != null) {
                json.put("domain", domain);
            }
            if (emergency) {
                json.put("emergency", true);
            }
            return json;
        }
    }

    /**
     * Whether an emergency access may be opened.
     *
     * @param day UTC date
     * @param caller caller id of the rulebook
     * @param purpose what for
     * @param minutes for how long
     */
    record OpenEmergency(LocalDate day, String caller, String purpose, int minutes) implements RevealInput {
        @Override
        public Map<String, Object> toJson() {
            Map<String, Object> json = about("open-emergency", day, caller);
            json.put("purpose", purpose);
            json.put("minutes", minutes);
            return json;
        }
    }

    /**
     * Whether an emergency access may be reviewed.
     *
     * @param day UTC date
     * @param caller caller id of the rulebook
     * @param opener caller id of whoever opened it
     */
    record Review(LocalDate day, String caller, String opener) implements RevealInput {
        @Override
        public Map<String, Object> toJson() {
            Map<String, Object> json = about("review", day, caller);
            json.put("opener", opener);
            return json;
        }
    }

    /**
     * Whether the reviews that are due may be listed.
     *
     * @param day UTC date
     * @param caller caller id of the rulebook
     */
    record ListReviews(LocalDate day, String caller) implements RevealInput {
        @Override
        public Map<String, Object> toJson() {
            return about("list-reviews", day, caller);
        }
    }

    private static Map<String, Object> about(String act, LocalDate day, String caller) {
        Map<String, Object> json = new TreeMap<>();
        json.put("act", act);
        json.put("day", day.toString());
        json.put("caller", caller);
        return json;
    }
}
