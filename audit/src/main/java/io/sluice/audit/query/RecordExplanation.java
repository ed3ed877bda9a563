package io.sluice.audit.query;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What each recipient got of a record and why: its entry, joined with the plans that it cites. Field by field as a plan
 * names them, by pattern; no value, because neither entry nor plan holds one. Thread-safe.
 */
public final class RecordExplanation {
    private final Function<String, Optional<byte[]>> plans;

    /** Looks plans up by their digest, as {@code PolicyArchive::plan} does. */
    public RecordExplanation(Function<String, Optional<byte[]>> plans) {
        this.plans = plans;
    }

    /**
     * What was done to the fields of one pattern.
     *
     * @param pattern as the catalog has it
     * @param count how many fields of the record it matched
     * @param transform what was done to them
     * @param params how, by name
     * @param rule the rule that says so
     */
    public record FieldView(String pattern, long count, String transform, Map<String, String> params, String rule) {
        public FieldView {
            params = Collections.unmodifiableMap(new TreeMap<>(params));
        }
    }

    /**
     * A rule that speaks about the whole view.
     *
     * @param rule its id
     * @param clause of the law; empty where it cites none
     */
    public record Because(String rule, String clause) {}

    /**
     * What became of a record for one recipient.
     *
     * @param recipient its id
     * @param disposition release, withhold or quarantine
     * @param code the fault, where it was quarantined; else empty
     * @param releasedId id of the view; empty where there is none
     * @param plan digest of the plan; empty where there is none
     * @param planKept whether the plan is at hand: without it no field is listed
     * @param fields what was done to each field that the record has
     * @param undeclared how many undeclared fields were dropped
     * @param masked what was masked inside texts: kinds and counts
     * @param dropped texts that were dropped, by reason
     * @param legal the ground, by name
     * @param because the rules about the whole view
     * @param keys ids of the keys used
     */
    public record RecipientView(
            String recipient,
            String disposition,
            String code,
            String releasedId,
            String plan,
            boolean planKept,
            List<FieldView> fields,
            long undeclared,
            Map<String, Long> masked,
            Map<String, Long> dropped,
            Map<String, String> legal,
            List<Because> because,
            List<String> keys) {
        public RecipientView {
            fields = List.copyOf(fields);
            masked = Collections.unmodifiableMap(new TreeMap<>(masked));
            dropped = Collections.unmodifiableMap(new TreeMap<>(dropped));
            legal = Collections.unmodifiableMap(new TreeMap<>(legal));
            because = List.copyOf(because);
            keys = List.copyOf(keys);
        }
    }

    /** What each recipient of an entry got; empty for an entry that decided nothing. */
    public List<RecipientView> of(JsonNode entry) {
        List<RecipientView> views = new ArrayList<>();
        entry.path("recipients").forEach(recipient -> views.add(view(recipient)));
        return views;
    }

    private RecipientView view(JsonNode recipient) {
        String digest = recipient.path("plan").asText("");
        Optional<JsonNode> plan =
                digest.isEmpty() ? Optional.empty() : plans.apply(digest).map(RecordExplanation::parse);
        List<FieldView> fields = new ArrayList<>();
        plan.ifPresent(kept -> recipient
                .path("patterns")
                .forEach(pair -> fields.add(field(
                        kept.path("fields"),
                        pair.path(0).asInt(-1),
                        pair.path(1).asLong()))));
        List<Because> because = new ArrayList<>();
        recipient
                .path("reasons")
                .forEach(reason -> because.add(new Because(
                        reason.path("rule").asText("?"), reason.path("clause").asText(""))));
        List<String> keys = new ArrayList<>();
        recipient.path("keys").forEach(key -> keys.add(key.asText()));
        return new RecipientView(
                recipient.path("id").asText("?"),
                recipient.path("disposition").asText("?"),
                recipient.path("code").asText(""),
                recipient.path("releasedId").asText(""),
                digest,
                plan.isPresent(),
                fields,
                recipient.path("undeclared").asLong(),
                counts(recipient.path("findings").path("masked")),
                counts(recipient.path("findings").path("dropped")),
                texts(recipient.path("legal")),
                because,
                keys);
    }

    private static FieldView field(JsonNode rules, int index, long count) {
        JsonNode rule = rules.path(index);
        return new FieldView(
                rule.path("pattern").asText("?"),
                count,
                rule.path("transform").asText("?"),
                texts(rule.path("params")),
                rule.path("rule").asText("?"));
    }

    private static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new LinkedHashMap<>();
        object.properties()
                .forEach(member -> texts.put(member.getKey(), member.getValue().asText()));
        return texts;
    }

    private static Map<String, Long> counts(JsonNode object) {
        Map<String, Long> counts = new LinkedHashMap<>();
        object.properties()
                .forEach(member -> counts.put(member.getKey(), member.getValue().asLong()));
        return counts;
    }

    private static JsonNode parse(byte[] plan) {
        try {
            return StrictJson.read(plan);
        } catch (MalformedJsonException e) {
            throw new IllegalArgumentException("the plan is not JSON: " + e.getMessage(), e);
        }
    }
}
