package io.sluice.policies.load;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.rulebook.Controller;
import io.sluice.core.rulebook.DataClass;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.FieldPattern;
import io.sluice.core.rulebook.Producer;
import io.sluice.core.rulebook.Purpose;
import io.sluice.core.rulebook.Quota;
import io.sluice.core.rulebook.Reading;
import io.sluice.core.rulebook.Recipient;
import io.sluice.core.rulebook.Revealing;
import io.sluice.core.rulebook.Rulebook;
import java.time.LocalDate;
import java.time.Period;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads the JSON form of a rulebook, as it stands under {@code rulebook} in a bundle's {@code data.json}, into the model
 * that the rooms use. The JSON form was checked when the bundle was built; what is malformed all the same throws.
 *
 * <p>Stateless and thread-safe.
 */
public final class RulebookCodec {
    private static final LocalDate RETENTION_BASE = LocalDate.of(2025, 1, 1);

    private RulebookCodec() {}

    /**
     * Reads the model.
     *
     * @throws IllegalArgumentException if a member is missing or out of its range
     */
    public static Rulebook read(JsonNode rulebook) {
        return new Rulebook(
                each(rulebook.path("classes"), RulebookCodec::dataClass),
                each(rulebook.path("controllers"), RulebookCodec::controller),
                each(rulebook.path("purposes"), RulebookCodec::purpose),
                each(rulebook.path("datasets"), (id, json) -> dataset(id, json, rulebook)),
                each(rulebook.path("producers"), RulebookCodec::producer),
                each(rulebook.path("recipients"), RulebookCodec::recipient),
                new Revealing(each(rulebook.path("reveal").path("callers"), RulebookCodec::caller)),
                new Reading(
                        each(rulebook.path("access").path("readers"), RulebookCodec::reader),
                        each(rulebook.path("access").path("groups"), (issuer, json) -> names(json))));
    }

    private static DataClass dataClass(String id, JsonNode json) {
        JsonNode ancestors = json.path("ancestors");
        return new DataClass(
                id,
                ancestors.size() > 1 ? ancestors.get(1).textValue() : null,
                constant(DataClass.Kind.class, text(json, "kind")),
                optional(json, "hipaa"),
                optional(json, "gdpr"),
                optional(json, "dpv"),
                optional(json, "confidentiality"),
                json.path("low-entropy").asBoolean(false),
                json.path("free-text").asBoolean(false));
    }

    private static Controller controller(String id, JsonNode json) {
        JsonNode contact = json.has("dpo") ? json.get("dpo") : json.path("contact");
        return new Controller(
                id,
                text(json, "name"),
                text(contact, "name") + " <" + text(contact, "email") + ">",
                text(json, "country"));
    }

    private static Purpose purpose(String id, JsonNode json) {
        return new Purpose(
                id,
                text(json, "dpv"),
                optional(json.path("gdpr6"), "basis"),
                optional(json.path("gdpr6"), "balancing"),
                optional(json.path("gdpr9"), "condition"),
                optional(json.path("hipaa"), "permission"),
                optional(json.path("hipaa"), "accounting528"),
                optional(json.path("consent"), "version"),
                json.path("direct-marketing").asBoolean(false));
    }

    private static Dataset dataset(String id, JsonNode json, JsonNode rulebook) {
        SortedMap<FieldPattern, List<String>> fields = new TreeMap<>();
        json.path("fields")
                .properties()
                .forEach(field -> fields.put(FieldPattern.parse(field.getKey()), texts(field.getValue())));
        List<Dataset.Subject> subjects = new ArrayList<>();
        for (JsonNode subject : json.path("subjects")) {
            subjects.add(
                    new Dataset.Subject(text(subject, "at"), text(subject, "scheme"), texts(subject.path("strip"))));
        }
        return new Dataset(
                id,
                constant(Dataset.Format.class, text(json, "format")),
                text(json, "controller"),
                texts(json.path("regimes")),
                json.has("schema") ? CanonicalJson.text(json.get("schema")) : null,
                texts(json.path("purposes")),
                subjects,
                region(json.path("region"), rulebook.path("tables")),
                each(
                        json.path("attributes"),
                        (name, attribute) ->
                                new Dataset.Attribute(text(attribute, "at"), texts(attribute.path("values")))),
                days(Period.parse(text(json.path("retention"), "released"))),
                constant(Dataset.Undeclared.class, text(json, "undeclared")),
                fields);
    }

    private static Dataset.@Nullable Region region(JsonNode json, JsonNode tables) {
        if (json.isMissingNode()) {
            return null;
        }
        SortedMap<String, String> codes = new TreeMap<>();
        if (json.has("table")) {
            tables.path(text(json, "table"))
                    .path("codes")
                    .properties()
                    .forEach(code -> codes.put(code.getKey(), code.getValue().asText()));
        }
        return new Dataset.Region(optional(json, "constant"), optional(json, "at"), codes);
    }

    private static Producer producer(String id, JsonNode json) {
        return new Producer(
                id,
                text(json, "organisation"),
                new TreeSet<>(texts(json.path("identities"))),
                each(json.path("datasets"), (dataset, purposes) -> texts(purposes)),
                new TreeSet<>(texts(json.path("choices"))),
                new Quota(
                        rate(json.path("quota")),
                        each(json.path("quota").path("datasets"), (dataset, rate) -> rate(rate))));
    }

    private static Quota.Rate rate(JsonNode json) {
        return new Quota.Rate(
                json.path("events-per-second").asInt(0),
                json.path("bytes-per-second").asLong(0),
                json.path("burst-seconds").asInt(1));
    }

    private static Recipient recipient(String id, JsonNode json) {
        List<String> subProcessors = new ArrayList<>();
        json.path("sub-processors").forEach(party -> subProcessors.add(text(party, "name")));
        JsonNode agreement = json.path("agreement");
        return new Recipient(
                id,
                text(json, "purpose"),
                text(json, "name"),
                text(json, "address"),
                text(json, "country"),
                text(json, "role"),
                agreement.isMissingNode()
                        ? null
                        : new Recipient.Agreement(
                                text(agreement, "kind"),
                                text(agreement, "ref"),
                                LocalDate.parse(text(agreement, "until"))),
                optional(json.path("transfer"), "tool"),
                subProcessors,
                json.path("re-identification").asBoolean(true));
    }

    private static Revealing.Caller caller(String id, JsonNode json) {
        return new Revealing.Caller(
                id,
                new TreeSet<>(texts(json.path("identities"))),
                json.path("quota").path("values-per-minute").asInt(0));
    }

    private static Set<String> names(JsonNode json) {
        Set<String> names = new TreeSet<>();
        json.fieldNames().forEachRemaining(names::add);
        return Set.copyOf(names);
    }

    private static Reading.Reader reader(String id, JsonNode json) {
        return new Reading.Reader(id, new TreeSet<>(texts(json.path("identities"))));
    }

    private static int days(Period period) {
        return (int) ChronoUnit.DAYS.between(RETENTION_BASE, RETENTION_BASE.plus(period));
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String code) {
        return Enum.valueOf(type, code.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private static <V> SortedMap<String, V> each(JsonNode object, BiFunction<String, JsonNode, V> read) {
        SortedMap<String, V> map = new TreeMap<>();
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            map.put(member.getKey(), read.apply(member.getKey(), member.getValue()));
        }
        return map;
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(element -> texts.add(element.asText()));
        return texts;
    }

    private static String text(JsonNode json, String name) {
        if (!json.path(name).isTextual()) {
            throw new IllegalArgumentException("the rulebook lacks the text '" + name + "'");
        }
        return json.get(name).textValue();
    }

    private static @Nullable String optional(JsonNode json, String name) {
        return json.path(name).isTextual() ? json.get(name).textValue() : null;
    }
}
